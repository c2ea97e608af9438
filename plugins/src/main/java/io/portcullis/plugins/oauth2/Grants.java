package io.portcullis.plugins.oauth2;

import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.schema.RandomValues;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes tokens and codes. */
final class Grants {
  private static final int TOKEN_LENGTH = 32;
  private static final int CODE_SECONDS = 300;

  private final long expiration;
  private final long lifetime;
  private final boolean global;
  private final boolean reuses;
  private final InstantSource clock;
  private final RandomValues random;

  Grants(OAuth2Config config, InstantSource clock, RandomValues random) {
    this.expiration = Math.max(0, (long) config.tokenExpiration());
    this.lifetime = expiration > 0 ? (long) config.refreshTokenTtl() : 0;
    this.global = config.globalCredentials();
    this.reuses = config.reuseRefreshToken();
    this.clock = clock;
    this.random = random;
  }

  /**
   * For whom a token or code is.
   *
   * @param client its id
   * @param service that of the route; null when it has none
   */
  record Holder(
      String client, @Nullable UUID service, @Nullable String user, @Nullable String scope) {}

  /** Whether a row was given for the service that is called, or may be used for any. */
  boolean holdsFor(JsonNode row, @Nullable UUID service) {
    return global
        || service == null
        || service.toString().equals(row.path("service").path("id").asString(null));
  }

  /** A new token; the row. */
  ObjectNode token(PluginRows.Edits edits, Holder holder, boolean refreshable) {
    ObjectNode values = held(holder);
    values.put("expires_in", expiration);
    values.put("ttl", lifetime);
    if (refreshable && expiration > 0) {
      values.put("refresh_token", random.token(TOKEN_LENGTH));
    }
    return edits.insert(OAuth2Entities.TOKENS, values);
  }

  /** A token in the place of another; the row. */
  ObjectNode another(PluginRows.Edits edits, ObjectNode former, Holder holder) {
    if (reuses) {
      ObjectNode changes = JsonNodeFactory.instance.objectNode();
      changes.put("access_token", random.token(TOKEN_LENGTH));
      changes.put("expires_in", expiration);
      changes.put("created_at", clock.instant().getEpochSecond());
      changes.put("ttl", lifetime);
      return edits.update(OAuth2Entities.TOKENS, former, changes);
    }
    ObjectNode token = token(edits, holder, /* refreshable= */ true);
    delete(edits, OAuth2Entities.TOKENS, former);
    return token;
  }

  /** A code that a client may have a token for; the row. */
  ObjectNode code(
      PluginRows.Edits edits, Holder holder, @Nullable String challenge, UUID configuration) {
    ObjectNode values = held(holder);
    if (challenge != null) {
      values.put("challenge", CodeChallenge.normal(challenge));
      values.put("challenge_method", CodeChallenge.METHOD);
    }
    values.putObject("plugin").put("id", configuration.toString());
    values.put("ttl", CODE_SECONDS);
    return edits.insert(OAuth2Entities.CODES, values);
  }

  void delete(PluginRows.Edits edits, String entity, ObjectNode row) {
    edits.delete(entity, UUID.fromString(row.get("id").stringValue()));
  }

  private ObjectNode held(Holder holder) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    if (!global && holder.service() != null) {
      values.putObject("service").put("id", holder.service().toString());
    }
    values.putObject("credential").put("id", holder.client());
    values.put("authenticated_userid", holder.user());
    values.put("scope", holder.scope());
    return values;
  }
}
