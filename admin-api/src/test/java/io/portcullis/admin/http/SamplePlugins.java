package io.portcullis.admin.http;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.JwtCredentials;
import io.portcullis.core.schema.Match;
import io.portcullis.core.schema.OnDelete;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Plugins to configure in tests: descriptions only, in the shapes of the bundled ones. */
final class SamplePlugins {
  private SamplePlugins() {}

  record Cors(
      @Nullable JsonNode origins,
      @Nullable JsonNode headers,
      @Nullable JsonNode exposedHeaders,
      @Nullable JsonNode methods,
      @Nullable JsonNode maxAge,
      @Nullable JsonNode credentials,
      @Nullable JsonNode privateNetwork,
      @Nullable JsonNode preflightContinue) {}

  record Groups(
      @Nullable JsonNode allow,
      @Nullable JsonNode deny,
      @Nullable JsonNode hideGroupsHeader,
      @Nullable JsonNode alwaysUseAuthenticatedGroups) {}

  record Addresses(
      @Nullable JsonNode allow,
      @Nullable JsonNode deny,
      @Nullable JsonNode status,
      @Nullable JsonNode message) {}

  record Termination(
      @Nullable JsonNode statusCode,
      @Nullable JsonNode message,
      @Nullable JsonNode contentType,
      @Nullable JsonNode body,
      @Nullable JsonNode echo,
      @Nullable JsonNode trigger) {}

  record Limits(
      @Nullable JsonNode second,
      @Nullable JsonNode minute,
      @Nullable JsonNode hour,
      @Nullable JsonNode policy,
      @Nullable JsonNode redis) {}

  record Tokens(
      @Nullable JsonNode keyClaimName,
      @Nullable JsonNode claimsToVerify,
      @Nullable JsonNode maximumExpiration) {}

  static PluginCatalog catalog() {
    return PluginCatalog.of(
        List.of(cors(), acl(), ipRestriction(), requestTermination(), rateLimiting(), jwt()));
  }

  private static PluginSpec<Cors> cors() {
    return PluginSpec.of("cors", Cors.class)
        .priority(2000)
        .forbid("consumer")
        .field(array("origins", Types.STRING))
        .field(array("headers", Types.STRING))
        .field(array("exposed_headers", Types.STRING))
        .field(
            array("methods", Types.STRING)
                .defaultsToList(
                    "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"))
        .field(number("max_age"))
        .field(bool("credentials").required().defaultsTo(false))
        .field(bool("private_network").required().defaultsTo(false))
        .field(bool("preflight_continue").required().defaultsTo(false));
  }

  private static PluginSpec<Groups> acl() {
    return PluginSpec.of("acl", Groups.class)
        .priority(950)
        .forbid("consumer")
        .field(array("allow", Types.STRING))
        .field(array("deny", Types.STRING))
        .field(bool("hide_groups_header").required().defaultsTo(false))
        .field(bool("always_use_authenticated_groups").required().defaultsTo(false))
        .check(atLeastOneOf("allow", "deny"))
        .credentials(
            EntitySpec.named("acls")
                .keyBelowParent("group")
                .uniqueTogether("consumer", "group")
                .id()
                .createdAt()
                .field(foreign("consumer", "consumers").required().onDelete(OnDelete.CASCADE))
                .field(string("group").required())
                .tags()
                .build(),
            EntitySpec.named("basicauth_credentials")
                .path("basic-auths")
                .nestedPath("basic-auth")
                .lookupKey("username")
                .sealed("password", "consumer", (password, consumer) -> password + "@" + consumer)
                .id()
                .createdAt()
                .field(foreign("consumer", "consumers").required().onDelete(OnDelete.CASCADE))
                .field(string("username").required().unique())
                .field(string("password").required())
                .tags()
                .build(),
            EntitySpec.named("keyauth_credentials")
                .path("key-auths")
                .nestedPath("key-auth")
                .lookupKey("key")
                .expiring()
                .id()
                .createdAt()
                .field(foreign("consumer", "consumers").required().onDelete(OnDelete.CASCADE))
                .field(string("key").optional().unique().auto())
                .tags()
                .build());
  }

  private static PluginSpec<Addresses> ipRestriction() {
    return PluginSpec.of("ip-restriction", Addresses.class)
        .priority(990)
        .anyProtocol()
        .protocols("grpc", "grpcs", "http", "https", "tcp", "tls")
        .field(array("allow", Types.IP_OR_CIDR))
        .field(array("deny", Types.IP_OR_CIDR))
        .field(number("status"))
        .field(string("message"))
        .check(atLeastOneOf("allow", "deny"));
  }

  private static PluginSpec<Termination> requestTermination() {
    return PluginSpec.of("request-termination", Termination.class)
        .priority(2)
        .field(integer("status_code").required().defaultsTo(503).between(100, 599))
        .field(string("message"))
        .field(string("content_type"))
        .field(string("body"))
        .field(bool("echo").required().defaultsTo(false))
        .field(string("trigger"));
  }

  private static PluginSpec<Limits> rateLimiting() {
    return PluginSpec.of("rate-limiting", Limits.class)
        .priority(910)
        .field(number("second").gt(0))
        .field(number("minute").gt(0))
        .field(number("hour").gt(0))
        .field(string("policy").oneOf("local", "cluster", "redis").defaultsTo("local"))
        .field(
            record("redis", field("host", Types.HOST), field("port", Types.PORT).defaultsTo(6379))
                .required())
        .check(atLeastOneOf("second", "minute", "hour"))
        .check(conditional("policy", Match.eq("redis"), "redis.host", Match.required()));
  }

  private static PluginSpec<Tokens> jwt() {
    return PluginSpec.of("jwt", Tokens.class)
        .priority(1450)
        .forbid("consumer")
        .credentials(JwtCredentials.spec())
        .field(string("key_claim_name").defaultsTo("iss"))
        .field(set("claims_to_verify", Types.STRING.oneOf("exp", "nbf")))
        .field(number("maximum_expiration").between(0, 31536000).defaultsTo(0));
  }
}
