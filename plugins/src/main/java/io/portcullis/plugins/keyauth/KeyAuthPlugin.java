package io.portcullis.plugins.keyauth;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.HEADER_NAME;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Recognises consumers by keys in headers, query arguments or bodies. */
public final class KeyAuthPlugin implements Plugin<KeyAuthConfig> {
  private static final int BODY_LIMIT = 8 << 20;

  private static final PluginSpec<KeyAuthConfig> SPEC =
      PluginSpec.of("key-auth", KeyAuthConfig.class)
          .priority(1250)
          .forbid("consumer")
          .field(
              array("key_names", HEADER_NAME)
                  .required()
                  .defaultsToList("apikey")
                  .doc("Headers, query arguments and body members that may hold a key."))
          .field(
              bool("hide_credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the key is taken out before the request goes upstream."))
          .field(
              string("anonymous")
                  .doc("Id or username of the consumer that callers without a valid key become."))
          .field(
              bool("key_in_header")
                  .defaultsTo(true)
                  .required()
                  .doc("Whether keys may come in headers."))
          .field(
              bool("key_in_query")
                  .defaultsTo(true)
                  .required()
                  .doc("Whether keys may come in query arguments."))
          .field(
              bool("key_in_body")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether keys may come in forms and JSON objects."))
          .field(
              bool("run_on_preflight")
                  .defaultsTo(true)
                  .required()
                  .doc("Whether OPTIONS requests need a key too."))
          .field(string("realm").optional().doc("Realm shown in `WWW-Authenticate`."))
          .buffersRequestBody(BODY_LIMIT)
          .credentials(KeyAuthCredentials.spec());

  @Override
  public PluginSpec<KeyAuthConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(KeyAuthConfig config, PluginContext context) {
    return new KeyAuthHandler(config, context.credentials());
  }
}
