package io.portcullis.plugins.jwt;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.JwtCredentials;
import io.portcullis.core.schema.Match;
import io.portcullis.core.schema.PluginSpec;

/** Recognises consumers by signed tokens (RFC 7519) in headers, query arguments or cookies. */
public final class JwtPlugin implements Plugin<JwtConfig> {
  private static final int SECONDS_PER_YEAR = 31_536_000;

  private static final PluginSpec<JwtConfig> SPEC =
      PluginSpec.of("jwt", JwtConfig.class)
          .priority(1450)
          .forbid("consumer")
          .field(
              set("uri_param_names", STRING)
                  .defaultsToList("jwt")
                  .doc("Query arguments that may hold a token."))
          .field(set("cookie_names", STRING).defaultsToList().doc("Cookies that may hold a token."))
          .field(
              string("key_claim_name")
                  .defaultsTo("iss")
                  .doc("Claim, or else header parameter, that holds the credential's `key`."))
          .field(
              bool("secret_is_base64")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether secrets of HS algorithms are base64url text."))
          .field(
              set("claims_to_verify", STRING.oneOf("exp", "nbf"))
                  .doc("Registered claims that must be there and must hold now."))
          .field(
              string("anonymous")
                  .doc("Id or username of the consumer that callers without a valid token become."))
          .field(
              bool("run_on_preflight")
                  .defaultsTo(true)
                  .required()
                  .doc("Whether OPTIONS requests need a token too."))
          .field(
              number("maximum_expiration")
                  .between(0, SECONDS_PER_YEAR)
                  .defaultsTo(0)
                  .doc("Greatest time, in seconds, that `exp` may lie ahead; 0 for any."))
          .field(
              set("header_names", STRING)
                  .defaultsToList("authorization")
                  .doc("Headers that may hold `Bearer` and a token."))
          .field(string("realm").optional().doc("Realm shown in `WWW-Authenticate`."))
          .check(
              conditional(
                  "maximum_expiration", Match.gt(0), "claims_to_verify", Match.contains("exp")))
          .credentials(JwtCredentials.spec());

  @Override
  public PluginSpec<JwtConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(JwtConfig config, PluginContext context) {
    return new JwtHandler(config, context.credentials(), context.clock());
  }
}
