package io.portcullis.plugins.basicauth;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.OnDelete;
import io.portcullis.core.schema.PluginSpec;

/** Recognises consumers by names and passwords (RFC 7617). */
public final class BasicAuthPlugin implements Plugin<BasicAuthConfig> {
  /** Schema name of the credentials. */
  static final String ENTITY = "basicauth_credentials";

  private static final EntitySpec CREDENTIALS =
      EntitySpec.named(ENTITY)
          .path("basic-auths")
          .nestedPath("basic-auth")
          .lookupKey("username")
          .sealed("password", "consumer", PasswordHash::of)
          // Releases of decK send this field of their own, and would find no credentials valid.
          .ignoredWhenValidated("SkipHash")
          .id()
          .createdAt()
          .field(
              foreign("consumer", "consumers")
                  .required()
                  .onDelete(OnDelete.CASCADE)
                  .doc("Who logs in so."))
          .field(string("username").required().unique().doc("Name to log in with."))
          .field(
              string("password")
                  .required()
                  .encrypted()
                  .doc("Password to log in with; kept and shown as a hash."))
          .tags()
          .build();

  private static final PluginSpec<BasicAuthConfig> SPEC =
      PluginSpec.of("basic-auth", BasicAuthConfig.class)
          .priority(1100)
          .forbid("consumer")
          .field(
              string("anonymous")
                  .doc(
                      "Id or username of the consumer that callers without a valid password"
                          + " become."))
          .field(
              bool("hide_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether name and password are taken out before the request goes upstream."))
          .field(
              string("realm")
                  .required()
                  .defaultsTo("service")
                  .doc("Realm shown in `WWW-Authenticate`."))
          .credentials(CREDENTIALS);

  @Override
  public PluginSpec<BasicAuthConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(BasicAuthConfig config, PluginContext context) {
    return new BasicAuthHandler(config, context.credentials());
  }
}
