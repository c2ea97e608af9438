package io.portcullis.plugins.oauth2;

import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.CredentialStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client as it is stored.
 *
 * @param secret as kept: a hash when {@code hashed}
 * @param redirectUris null when it has none, which is not the same as an empty list
 */
record Client(
    String id,
    @Nullable String secret,
    boolean hashed,
    boolean isPublic,
    @Nullable List<String> redirectUris) {

  /** The one that calls itself so; null for nobody. */
  static @Nullable Client of(CredentialStore credentials, @Nullable String clientId) {
    Credential found =
        clientId == null || clientId.isEmpty()
            ? null
            : credentials.credential(OAuth2Entities.CLIENTS, clientId);
    if (found == null) {
      return null;
    }
    JsonNode stored = found.stored();
    return new Client(
        found.id().toString(),
        stored.path("client_secret").asString(null),
        stored.path("hash_secret").asBoolean(false),
        stored.path("client_type").asString("").equals("public"),
        uris(stored.path("redirect_uris")));
  }

  private static @Nullable List<String> uris(JsonNode stored) {
    if (!stored.isArray()) {
      return null;
    }
    List<String> uris = new ArrayList<>(stored.size());
    stored.forEach(uri -> uris.add(uri.stringValue()));
    return List.copyOf(uris);
  }

  /** Slow when the secret is hashed. */
  boolean proves(@Nullable String given) {
    if (given == null || secret == null) {
      return false;
    }
    return hashed ? SecretHash.matches(given, secret) : Secrets.same(given, secret);
  }

  /** What is sent back to, if it is one of its own; its first one when none is asked for. */
  @Nullable String redirectUri(Parameters parameters) {
    List<String> own = redirectUris == null ? List.of() : redirectUris;
    if (!parameters.has("redirect_uri")) {
      return own.isEmpty() ? null : own.getFirst();
    }
    String asked = parameters.text("redirect_uri");
    return asked != null && own.contains(asked) ? asked : null;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "client " + id;
  }
}
