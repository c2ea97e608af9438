package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.shorthand;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.IP_OR_CIDR;
import static io.portcullis.core.schema.Types.STRING;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Entities with three plugins that use every feature of specs, and an editor with a fixed clock.
 */
final class SampleSchemas {
  static final long NOW = 1_700_000_000;

  record AddressConfig(
      List<String> allow, List<String> deny, @Nullable Double status, Optional<String> message) {}

  record RedisConfig(
      @Nullable String host,
      int port,
      int timeout,
      @Nullable String username,
      @Nullable String password,
      int database,
      boolean ssl,
      boolean sslVerify,
      @Nullable String serverName) {}

  record LimitConfig(
      @Nullable Double second,
      @Nullable Double minute,
      @Nullable Double hour,
      @Nullable Double day,
      @Nullable Double month,
      @Nullable Double year,
      String limitBy,
      @Nullable String headerName,
      @Nullable String path,
      String policy,
      boolean faultTolerant,
      RedisConfig redis,
      boolean hideClientHeaders,
      double errorCode,
      String errorMessage,
      double syncRate) {}

  record TokenConfig(
      Set<String> uriParamNames,
      Set<String> cookieNames,
      String keyClaimName,
      boolean secretIsBase64,
      Set<String> claimsToVerify,
      @Nullable String anonymous,
      boolean runOnPreflight,
      double maximumExpiration,
      Set<String> headerNames,
      @Nullable String realm) {}

  static final PluginSpec<AddressConfig> ADDRESSES =
      PluginSpec.of("ip-restriction", AddressConfig.class)
          .priority(990)
          .protocols("http", "https", "tcp", "tls", "grpc", "grpcs")
          .anyProtocol()
          .field(array("allow", IP_OR_CIDR).doc("Let through."))
          .field(array("deny", IP_OR_CIDR).doc("Refused."))
          .field(number("status").optional().doc("Status of a refusal."))
          .field(string("message").optional().doc("Message of a refusal."))
          .check(Checks.atLeastOneOf("allow", "deny"));

  private static final FieldSpec REDIS =
      record(
              "redis",
              field("host", Types.HOST),
              field("port", Types.PORT).defaultsTo(6379),
              field("timeout", Types.TIMEOUT).defaultsTo(2000),
              string("username").referenceable(),
              string("password").lenMin(0).encrypted().referenceable(),
              integer("database").defaultsTo(0),
              bool("ssl").optional().defaultsTo(false),
              bool("ssl_verify").optional().defaultsTo(false),
              field("server_name", Types.SNI).optional())
          .required();

  static final PluginSpec<LimitConfig> LIMITS =
      PluginSpec.of("rate-limiting", LimitConfig.class)
          .priority(910)
          .field(number("second").gt(0))
          .field(number("minute").gt(0))
          .field(number("hour").gt(0))
          .field(number("day").gt(0))
          .field(number("month").gt(0))
          .field(number("year").gt(0))
          .field(
              string("limit_by")
                  .defaultsTo("consumer")
                  .oneOf("consumer", "credential", "ip", "service", "header", "path"))
          .field(field("header_name", Types.HEADER_NAME))
          .field(field("path", Types.PATH))
          .field(string("policy").defaultsTo("local").lenMin(0).oneOf("local", "cluster", "redis"))
          .field(bool("fault_tolerant").required().defaultsTo(true))
          .field(REDIS)
          .field(bool("hide_client_headers").required().defaultsTo(false))
          .field(number("error_code").gt(0).defaultsTo(429))
          .field(string("error_message").defaultsTo("API rate limit exceeded"))
          .field(number("sync_rate").required().defaultsTo(-1))
          .shorthand(shorthand(string("redis_host"), "redis.host"))
          .shorthand(shorthand(integer("redis_port"), "redis.port"))
          .shorthand(shorthand(string("redis_password").lenMin(0), "redis.password"))
          .shorthand(shorthand(string("redis_username"), "redis.username"))
          .shorthand(shorthand(bool("redis_ssl"), "redis.ssl"))
          .shorthand(shorthand(bool("redis_ssl_verify"), "redis.ssl_verify"))
          .shorthand(shorthand(string("redis_server_name"), "redis.server_name"))
          .shorthand(shorthand(integer("redis_timeout"), "redis.timeout"))
          .shorthand(shorthand(integer("redis_database"), "redis.database"))
          .check(Checks.atLeastOneOf("second", "minute", "hour", "day", "month", "year"))
          .check(whenRedis("redis.host"))
          .check(whenRedis("redis.port"))
          .check(whenRedis("redis.timeout"))
          .check(
              Checks.conditional("limit_by", Match.eq("header"), "header_name", Match.required()))
          .check(Checks.conditional("limit_by", Match.eq("path"), "path", Match.required()));

  static final PluginSpec<TokenConfig> TOKENS =
      PluginSpec.of("jwt", TokenConfig.class)
          .priority(1450)
          .forbid("consumer")
          .field(set("uri_param_names", STRING).defaultsToList("jwt"))
          .field(set("cookie_names", STRING).defaultsToList())
          .field(string("key_claim_name").defaultsTo("iss"))
          .field(bool("secret_is_base64").required().defaultsTo(false))
          .field(set("claims_to_verify", STRING.oneOf("exp", "nbf")))
          .field(string("anonymous"))
          .field(bool("run_on_preflight").required().defaultsTo(true))
          .field(number("maximum_expiration").between(0, 31536000).defaultsTo(0))
          .field(set("header_names", STRING).defaultsToList("authorization"))
          .field(string("realm").optional())
          .check(
              Checks.conditional(
                  "maximum_expiration", Match.gt(0), "claims_to_verify", Match.contains("exp")))
          .credentials(JwtCredentials.spec());

  static final EntitySpecs SPECS =
      new EntitySpecs(PluginCatalog.of(List.of(ADDRESSES, LIMITS, TOKENS)));

  static final EntityEditor EDITOR =
      new EntityEditor(
          SPECS,
          InstantSource.fixed(Instant.ofEpochSecond(NOW)),
          new RandomValues() {
            @Override
            public UUID uuid() {
              return new UUID(0x4000L, 0x8000000000000000L);
            }

            @Override
            public String token(int length) {
              return "t".repeat(length);
            }
          });

  static final ObjectMapper JSON = JsonMapper.builder().build();

  private SampleSchemas() {}

  static EntitySpec spec(String name) {
    return SPECS.byName(name).orElseThrow();
  }

  static ObjectNode object(String json) {
    return (ObjectNode) JSON.readTree(json);
  }

  static ObjectNode accepted(String entity, String json) {
    return accepted(EDITOR.insert(spec(entity), object(json), ForeignLookup.NONE));
  }

  static ObjectNode accepted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> accepted.entity();
      case Outcome.Rejected rejected -> throw new AssertionError(rejected.error().message());
    };
  }

  static ApiError rejected(String entity, String json) {
    return rejected(EDITOR.insert(spec(entity), object(json), ForeignLookup.NONE));
  }

  static ApiError rejected(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> throw new AssertionError(accepted.entity().toString());
      case Outcome.Rejected rejected -> rejected.error();
    };
  }

  private static Check whenRedis(String field) {
    return Checks.conditional("policy", Match.eq("redis"), field, Match.required());
  }
}
