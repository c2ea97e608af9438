package io.portcullis.plugins.jwtsigner;

import static io.portcullis.core.schema.Checks.exactlyOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;
import static io.portcullis.core.schema.Types.URL;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.jose.KeyLocation;
import io.portcullis.plugins.jose.SigningAlgorithm;
import java.util.stream.Stream;

/** Replaces objects in JSON answers by tokens that are signed here. */
public final class JwtSignerPlugin implements Plugin<JwtSignerConfig> {
  /** How long fetched keys are used. */
  private static final int SECONDS = 900;

  private static final PluginSpec<JwtSignerConfig> SPEC =
      PluginSpec.of("jwt-signer", JwtSignerConfig.class)
          .priority(790)
          .field(
              string("alg")
                  .oneOf(Stream.of(SigningAlgorithm.values()).map(SigningAlgorithm::id).toArray())
                  .required()
                  .defaultsTo("RS256")
                  .doc("The algorithm that tokens are signed with."))
          .field(string("kid").required().doc("Id of the key in the key set."))
          .field(string("typ").required().defaultsTo("JWT").doc("What tokens say they are."))
          .field(
              array("keys_to_sign", STRING)
                  .required()
                  .lenMin(1)
                  .doc("Members of answers that become tokens if they are objects."))
          .field(
              bool("full")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether tokens are texts in JSON serialization, else compact."))
          .field(field("jwk_url", URL).doc("Where the key set (RFC 7517) is fetched."))
          .field(string("jwk_local_path").doc("A file with the key set, read once."))
          .field(
              bool("disable_jwk_security")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether `jwk_url` may be http, or https with a certificate nobody trusts."))
          .field(
              string("jwk_local_ca")
                  .doc(
                      "A PEM file with authorities that may vouch for the host of `jwk_url`, beside"
                          + " the system's."))
          .field(
              array("jwk_fingerprints", STRING)
                  .required()
                  .defaultsToList()
                  .doc(
                      "SHA-256 digests of public keys, in base64; a certificate of that host, or of"
                          + " its chain, must have one of them."))
          .check(exactlyOneOf("jwk_url", "jwk_local_path"))
          .configRule(KeyLocation::refusal);

  @Override
  public PluginSpec<JwtSignerConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(JwtSignerConfig config, PluginContext context) {
    KeyLocation location =
        new KeyLocation(
            config.jwkUrl(),
            config.jwkLocalPath(),
            config.disableJwkSecurity(),
            config.jwkLocalCa(),
            config.jwkFingerprints(),
            "kid");
    return new JwtSignerHandler(config, location.open(SECONDS, null, context));
  }
}
