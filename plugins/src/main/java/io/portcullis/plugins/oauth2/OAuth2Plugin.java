package io.portcullis.plugins.oauth2;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.Match;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.SecureRandomValues;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gives clients tokens (RFC 6749), and recognises consumers by them. */
public final class OAuth2Plugin implements Plugin<OAuth2Config> {
  private static final int BODY_LIMIT = 8 << 20;
  private static final List<String> GRANTS =
      List.of(
          "enable_authorization_code",
          "enable_implicit_grant",
          "enable_client_credentials",
          "enable_password_grant");

  private static final PluginSpec<OAuth2Config> SPEC =
      PluginSpec.of("oauth2", OAuth2Config.class)
          .priority(1400)
          .forbid("consumer")
          .field(
              array("scopes", STRING)
                  .doc("Scopes that may be asked for; needed with `mandatory_scope`."))
          .field(
              bool("mandatory_scope")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether a scope must be asked for."))
          .field(
              string("provision_key")
                  .unique()
                  .auto()
                  .required()
                  .encrypted()
                  .doc("What the service's own pages prove themselves with; random when absent."))
          .field(
              number("token_expiration")
                  .defaultsTo(7200)
                  .required()
                  .doc("Seconds that a token is good for; 0 for ever."))
          .field(
              bool("enable_authorization_code")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether users let clients in by codes (RFC 6749, 4.1)."))
          .field(
              bool("enable_implicit_grant")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether they let them in by tokens in redirections (4.2)."))
          .field(
              bool("enable_client_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether clients get tokens for themselves (4.4)."))
          .field(
              bool("enable_password_grant")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether clients get tokens for users whose password they know (4.3)."))
          .field(
              bool("hide_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the token is taken out before the request goes upstream."))
          .field(
              bool("accept_http_if_already_terminated")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether `X-Forwarded-Proto: https` of a trusted proxy counts as HTTPS."))
          .field(
              string("anonymous")
                  .doc("Id or username of the consumer that callers without a valid token become."))
          .field(
              bool("global_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether tokens hold for every service whose plugin says so too."))
          .field(
              string("auth_header_name")
                  .defaultsTo("authorization")
                  .doc("Header that holds the token."))
          .field(
              number("refresh_token_ttl")
                  .between(0, 100_000_000)
                  .defaultsTo(1_209_600)
                  .required()
                  .doc("Seconds after which a token cannot be refreshed; 0 for ever."))
          .field(
              bool("reuse_refresh_token")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether a refresh token stays the same when it is used."))
          .field(
              string("pkce")
                  .defaultsTo("lax")
                  .optional()
                  .oneOf("none", "lax", "strict")
                  .doc(
                      "Who must prove to have asked for a code (RFC 7636): nobody, public clients,"
                          + " or all."))
          .field(string("realm").optional().doc("Realm shown in `WWW-Authenticate`."))
          .configCheck(conditional("mandatory_scope", Match.eq(true), "scopes", Match.required()))
          .configRule(OAuth2Plugin::refusal)
          .buffersRequestBody(BODY_LIMIT)
          .credentials(OAuth2Entities.clients(), OAuth2Entities.tokens(), OAuth2Entities.codes());

  @Override
  public PluginSpec<OAuth2Config> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(OAuth2Config config, PluginContext context) {
    return new OAuth2Handler(config, context, new SecureRandomValues());
  }

  private static @Nullable String refusal(JsonNode config) {
    for (String grant : GRANTS) {
      if (config.path(grant).asBoolean(false)) {
        return null;
      }
    }
    return "at least one of these fields must be true: " + String.join(", ", GRANTS);
  }
}
