package io.portcullis.plugins.jwtvalidator;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.jose.KeyLocation;

/** Lets requests pass that carry a token signed with a key of an identity provider. */
public final class JwtValidatorPlugin implements Plugin<JwtValidatorConfig> {
  private static final int USUAL_SECONDS = 900;

  private static final PluginSpec<JwtValidatorConfig> SPEC = JwtValidatorFields.spec();

  @Override
  public PluginSpec<JwtValidatorConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(JwtValidatorConfig config, PluginContext context) {
    KeyLocation location =
        new KeyLocation(
            config.jwkUrl(),
            config.jwkLocalPath(),
            config.disableJwkSecurity(),
            config.jwkLocalCa(),
            config.jwkFingerprints(),
            config.keyIdentifyStrategy());
    int seconds = config.cacheDuration() == 0 ? USUAL_SECONDS : config.cacheDuration();
    return new JwtValidatorHandler(
        config,
        location.open(config.cache() ? seconds : 0, config.failedJwkKeyCooldown(), context),
        context.clock());
  }
}
