package io.portcullis.plugins.ratelimiting;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.shorthand;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Match;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lets so many requests through per calendar second, minute, hour, day, month and year. */
public final class RateLimitingPlugin implements Plugin<RateLimitingConfig> {
  private static final double SHORTEST_SYNC = 0.02;
  private static final String[] PERIODS = {"second", "minute", "hour", "day", "month", "year"};

  private static final PluginSpec<RateLimitingConfig> SPEC =
      PluginSpec.of("rate-limiting", RateLimitingConfig.class)
          .priority(910)
          .field(period("second"))
          .field(period("minute"))
          .field(period("hour"))
          .field(period("day"))
          .field(period("month"))
          .field(period("year"))
          .field(
              string("limit_by")
                  .oneOf("consumer", "credential", "ip", "service", "header", "path")
                  .defaultsTo("consumer")
                  .doc("What has a counter of its own; the client's address when it is absent."))
          .field(
              field("header_name", Types.HEADER_NAME)
                  .doc("Header whose value is counted; required with `limit_by` header."))
          .field(
              field("path", Types.PATH).doc("Path that is counted; required with `limit_by` path."))
          .field(
              string("policy")
                  .oneOf("local", "cluster", "redis")
                  .lenMin(0)
                  .defaultsTo("local")
                  .doc("Where counters live; see above for what this release does."))
          .field(
              bool("fault_tolerant")
                  .defaultsTo(true)
                  .required()
                  .doc("Whether requests pass when shared counters cannot be reached."))
          .field(redis())
          .field(
              bool("hide_client_headers")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether answers are silent about limits."))
          .field(number("error_code").gt(0).defaultsTo(429).doc("HTTP status of a refusal."))
          .field(
              string("error_message")
                  .defaultsTo("API rate limit exceeded")
                  .doc("Text of a refusal."))
          .field(
              number("sync_rate")
                  .defaultsTo(-1)
                  .required()
                  .doc("Seconds between synchronisations with Redis; -1 for each request."))
          .shorthand(shorthand(string("redis_host"), "redis.host"))
          .shorthand(shorthand(integer("redis_port"), "redis.port"))
          .shorthand(shorthand(string("redis_password").lenMin(0), "redis.password"))
          .shorthand(shorthand(string("redis_username"), "redis.username"))
          .shorthand(shorthand(bool("redis_ssl"), "redis.ssl"))
          .shorthand(shorthand(bool("redis_ssl_verify"), "redis.ssl_verify"))
          .shorthand(shorthand(string("redis_server_name"), "redis.server_name"))
          .shorthand(shorthand(integer("redis_timeout"), "redis.timeout"))
          .shorthand(shorthand(integer("redis_database"), "redis.database"))
          .configRule(RateLimitingPlugin::refusal)
          .check(atLeastOneOf(PERIODS))
          .check(conditional("policy", Match.eq("redis"), "redis.host", Match.required()))
          .check(conditional("policy", Match.eq("redis"), "redis.port", Match.required()))
          .check(conditional("policy", Match.eq("redis"), "redis.timeout", Match.required()))
          .check(conditional("limit_by", Match.eq("header"), "header_name", Match.required()))
          .check(conditional("limit_by", Match.eq("path"), "path", Match.required()));

  @Override
  public PluginSpec<RateLimitingConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(RateLimitingConfig config, PluginContext context) {
    return new RateLimitingHandler(config, context);
  }

  private static FieldSpec period(String name) {
    return number(name).gt(0).doc("Requests per " + name + ".");
  }

  private static FieldSpec redis() {
    return record(
            "redis",
            field("host", Types.HOST).doc("Host name or address."),
            field("port", Types.PORT).defaultsTo(6379).doc("Port."),
            field("timeout", Types.TIMEOUT)
                .defaultsTo(2000)
                .doc("Milliseconds to connect, to write and to read."),
            string("username").referenceable().doc("User, for Redis 6 and later."),
            string("password").lenMin(0).encrypted().referenceable().doc("Password."),
            integer("database").defaultsTo(0).doc("Number of the database."),
            bool("ssl").optional().defaultsTo(false).doc("Whether to use TLS."),
            bool("ssl_verify")
                .optional()
                .defaultsTo(false)
                .doc("Whether the server's certificate must be trusted."),
            field("server_name", Types.SNI).optional().doc("Server name sent in the handshake."))
        .required()
        .doc("The Redis server of policy redis.");
  }

  private static @Nullable String refusal(JsonNode config) {
    for (int shorter = 0; shorter < PERIODS.length; shorter++) {
      for (int longer = shorter + 1; longer < PERIODS.length; longer++) {
        JsonNode less = config.get(PERIODS[longer]);
        JsonNode more = config.get(PERIODS[shorter]);
        if (less != null
            && less.isNumber()
            && more != null
            && more.isNumber()
            && less.doubleValue() < more.doubleValue()) {
          return "The limit for "
              + PERIODS[longer]
              + "("
              + less.doubleValue()
              + ") cannot be lower than the limit for "
              + PERIODS[shorter]
              + "("
              + more.doubleValue()
              + ")";
        }
      }
    }
    JsonNode rate = config.get("sync_rate");
    if (rate != null && rate.isNumber() && rate.doubleValue() != -1) {
      JsonNode policy = config.get("policy");
      if (policy == null || !policy.isString() || !policy.stringValue().equals("redis")) {
        return "sync_rate can only be used with the redis policy";
      }
      if (rate.doubleValue() < SHORTEST_SYNC) {
        return "sync_rate must be greater than 0.02, or -1 to disable";
      }
    }
    return null;
  }
}
