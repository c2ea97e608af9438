package io.portcullis.plugins.tokenbucket;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Match;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.endpoint.GoDuration;

/** Limits how often requests come, with a bucket for all clients and one for each. */
public final class TokenBucketPlugin implements Plugin<TokenBucketConfig> {
  private static final double FASTEST = 1e9;

  private static final PluginSpec<TokenBucketConfig> SPEC =
      PluginSpec.of("token-bucket", TokenBucketConfig.class)
          .priority(905)
          .field(
              rate("max_rate")
                  .doc("Requests of all clients per `every`; more are 503. 0 for any number."))
          .field(
              capacity("capacity")
                  .doc("Requests of all clients that may come at once; 0 for those of a second."))
          .field(
              rate("client_max_rate")
                  .doc("Requests of each client per `every`; more are 429. 0 for any number."))
          .field(
              capacity("client_capacity")
                  .doc("Requests of one client that may come at once; 0 for those of a second."))
          .field(
              string("strategy")
                  .oneOf("ip", "header", "param")
                  .required()
                  .defaultsTo("ip")
                  .doc("What tells clients apart: address, a header, a parameter of the path."))
          .field(
              string("key")
                  .doc("The header or parameter; with `ip` a header whose first address counts."))
          .field(
              string("every")
                  .required()
                  .defaultsTo("1s")
                  .rule(
                      value ->
                          GoDuration.parse(value.stringValue()) == null
                              ? "invalid duration: " + value.stringValue()
                              : null)
                  .doc("What rates count in: `1s`, `1m`, `24h`; less than a second is one."))
          .field(
              string("endpoint")
                  .startsWith("/")
                  .doc(
                      "Path whose `{placeholders}` are the path parameters, `/users/{id}`; without"
                          + " it they are the captures of the route's regex."))
          .check(conditional("strategy", Match.oneOf("header", "param"), "key", Match.required()));

  @Override
  public PluginSpec<TokenBucketConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(TokenBucketConfig config, PluginContext context) {
    return new TokenBucketHandler(
        config, context.configuration().isGlobal(), System::nanoTime, context.virtualThreads());
  }

  private static FieldSpec rate(String name) {
    return number(name).between(0, FASTEST).required().defaultsTo(0);
  }

  private static FieldSpec capacity(String name) {
    return integer(name).between(0, Integer.MAX_VALUE).required().defaultsTo(0);
  }
}
