package io.portcullis.plugins.jwtsigner;

import static io.portcullis.core.schema.Checks.exactlyOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

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
          .fields(KeyLocation.fields())
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
