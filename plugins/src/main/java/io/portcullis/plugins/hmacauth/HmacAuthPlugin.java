package io.portcullis.plugins.hmacauth;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.OnDelete;
import io.portcullis.core.schema.PluginSpec;

/** Recognises consumers by signatures over their requests, made with a shared secret. */
public final class HmacAuthPlugin implements Plugin<HmacAuthConfig> {
  /** Schema name of the credentials. */
  static final String ENTITY = "hmacauth_credentials";

  private static final int BODY_LIMIT = 8 << 20;

  private static final EntitySpec CREDENTIALS =
      EntitySpec.named(ENTITY)
          .path("hmac-auths")
          .nestedPath("hmac-auth")
          .lookupKey("username")
          .id()
          .createdAt()
          .field(
              foreign("consumer", "consumers")
                  .required()
                  .onDelete(OnDelete.CASCADE)
                  .doc("Who signs so."))
          .field(string("username").required().unique().doc("Name that signatures tell."))
          .field(
              string("secret")
                  .auto()
                  .doc("Secret that signatures are made with; random when absent."))
          .tags()
          .build();

  private static final PluginSpec<HmacAuthConfig> SPEC =
      PluginSpec.of("hmac-auth", HmacAuthConfig.class)
          .priority(1030)
          .forbid("consumer")
          .field(
              bool("hide_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the signature is taken out before the request goes upstream."))
          .field(
              number("clock_skew")
                  .gt(0)
                  .defaultsTo(300)
                  .doc("Seconds that a request's date may be off."))
          .field(
              string("anonymous")
                  .doc(
                      "Id or username of the consumer that callers without a valid signature"
                          + " become."))
          .field(
              bool("validate_request_body")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the body must have the SHA-256 that the `Digest` header tells."))
          .field(
              array("enforce_headers", STRING)
                  .defaultsToList()
                  .doc("Headers, `@request-target` or `request-line`, that signatures must cover."))
          .field(
              array("algorithms", STRING.oneOf((Object[]) SigningAlgorithm.names()))
                  .defaultsToList((Object[]) SigningAlgorithm.names())
                  .doc("Algorithms that signatures may be made with."))
          .field(string("realm").optional().doc("Realm shown in `WWW-Authenticate`."))
          .buffersRequestBody(BODY_LIMIT)
          .credentials(CREDENTIALS);

  @Override
  public PluginSpec<HmacAuthConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(HmacAuthConfig config, PluginContext context) {
    return new HmacAuthHandler(config, context.credentials(), context.clock());
  }
}
