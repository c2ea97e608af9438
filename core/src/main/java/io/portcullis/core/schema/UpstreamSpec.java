package io.portcullis.core.schema;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Upstreams: names that services use as their host, behind which requests are spread over targets.
 */
final class UpstreamSpec {
  private static final String ALGORITHM = "algorithm";
  private static final String HASH_ON = "hash_on";
  private static final String HASH_FALLBACK = "hash_fallback";
  private static final String NONE = "none";
  private static final String ROUND_ROBIN = "round-robin";
  private static final String CONSISTENT_HASHING = "consistent-hashing";
  private static final List<String> WITHOUT_HASH = List.of("least-connections", "latency");
  private static final List<String> ALGORITHMS =
      List.of(CONSISTENT_HASHING, "least-connections", ROUND_ROBIN, "latency");
  private static final List<String> HASHED =
      List.of(NONE, "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture");

  private UpstreamSpec() {}

  static EntitySpec create() {
    return checks(fields(EntitySpec.named("upstreams")))
        .settled(UpstreamSpec::agreeOnAlgorithm)
        .build();
  }

  private static EntitySpec.Builder fields(EntitySpec.Builder spec) {
    return spec.lookupKey("name")
        .id()
        .createdAt()
        .field(
            field("name", Types.text(Hosts::refusalOfUpstreamName))
                .required()
                .unique()
                .doc("The host by which services use it."))
        .updatedAt()
        .field(
            string(ALGORITHM)
                .oneOf(ALGORITHMS.toArray())
                .defaultsTo(ROUND_ROBIN)
                .doc("How a target is chosen; hashing whenever hash_on is set."))
        .field(hashed(HASH_ON, "What requests are told apart by."))
        .field(hashed(HASH_FALLBACK, "What instead, where a request lacks that."))
        .field(field("hash_on_header", Types.HEADER_NAME).doc("Header of hash_on."))
        .field(field("hash_fallback_header", Types.HEADER_NAME).doc("Header of hash_fallback."))
        .field(
            field("hash_on_cookie", Types.COOKIE_NAME)
                .doc("Cookie of hash_on or hash_fallback; set where a client has none."))
        .field(
            field("hash_on_cookie_path", Types.PATH)
                .defaultsTo("/")
                .doc("Path of the cookie that is set."))
        .field(name("hash_on_query_arg", "Query argument of hash_on."))
        .field(name("hash_fallback_query_arg", "Query argument of hash_fallback."))
        .field(name("hash_on_uri_capture", "Capture of the route's path, for hash_on."))
        .field(name("hash_fallback_uri_capture", "Capture of the route's path, for hash_fallback."))
        .field(
            integer("slots")
                .between(10, 65536)
                .defaultsTo(10000)
                .doc("Points on the ring that targets share."))
        .field(HealthCheckSpec.create())
        .tags()
        .field(
            field("host_header", Types.HOST_WITH_OPTIONAL_PORT)
                .doc("Host header for targets, instead of their own name."))
        .field(foreign("client_certificate", "certificates").doc("Shown to targets."))
        .field(
            bool("use_srv_name")
                .defaultsTo(false)
                .doc("Whether targets get the name of their SRV record as Host header."));
  }

  private static EntitySpec.Builder checks(EntitySpec.Builder spec) {
    return spec.check(needs(HASH_ON, "header", "hash_on_header"))
        .check(needs(HASH_FALLBACK, "header", "hash_fallback_header"))
        .check(needs(HASH_ON, "cookie", "hash_on_cookie"))
        .check(needs(HASH_FALLBACK, "cookie", "hash_on_cookie"))
        .check(fallback(NONE, NONE))
        .check(fallback("cookie", NONE))
        .check(
            fallback(
                "consumer", NONE, "ip", "header", "cookie", "path", "query_arg", "uri_capture"))
        .check(
            fallback(
                "ip", NONE, "consumer", "header", "cookie", "path", "query_arg", "uri_capture"))
        .check(
            fallback(
                "path", NONE, "consumer", "header", "cookie", "query_arg", "ip", "uri_capture"))
        .check(Checks.distinct("hash_on_header", "hash_fallback_header"))
        .check(needs(HASH_ON, "query_arg", "hash_on_query_arg"))
        .check(needs(HASH_FALLBACK, "query_arg", "hash_fallback_query_arg"))
        .check(Checks.distinct("hash_on_query_arg", "hash_fallback_query_arg"))
        .check(needs(HASH_ON, "uri_capture", "hash_on_uri_capture"))
        .check(needs(HASH_FALLBACK, "uri_capture", "hash_fallback_uri_capture"))
        .check(Checks.distinct("hash_on_uri_capture", "hash_fallback_uri_capture"));
  }

  private static FieldSpec hashed(String name, String doc) {
    return string(name).oneOf(HASHED.toArray()).defaultsTo(NONE).doc(doc);
  }

  private static FieldSpec name(String name, String doc) {
    return string(name).lenMin(1).doc(doc);
  }

  private static Check needs(String field, String value, String needed) {
    return conditional(field, Match.matches("^" + value + "$"), needed, Match.required());
  }

  private static Check fallback(String hashOn, Object... accepted) {
    return conditional(
        HASH_ON, Match.matches("^" + hashOn + "$"), HASH_FALLBACK, Match.oneOf(accepted));
  }

  /**
   * Brings {@code algorithm} and {@code hash_on} into agreement. In what a PATCH gives, the one
   * that is given decides the one that is not. Values that are none are left, to be refused.
   */
  private static void agreeOnAlgorithm(ObjectNode values) {
    if (values.has(HASH_ON) && values.get(HASH_ON).isNull()) {
      values.put(HASH_ON, NONE);
    }
    @Nullable JsonNode algorithm = values.get(ALGORITHM);
    @Nullable JsonNode hashOn = values.get(HASH_ON);
    if (isOneOf(WITHOUT_HASH, algorithm)) {
      if (hashOn == null || isOneOf(HASHED, hashOn)) {
        values.put(HASH_ON, NONE);
      }
      return;
    }
    boolean replaceable = Json.isAbsent(algorithm) || isOneOf(ALGORITHMS, algorithm);
    if (!isOneOf(HASHED, hashOn) || !replaceable) {
      return;
    }
    if (!isOneOf(List.of(NONE), hashOn)) {
      values.put(ALGORITHM, CONSISTENT_HASHING);
    } else if (algorithm != null) {
      values.put(ALGORITHM, ROUND_ROBIN);
    }
  }

  private static boolean isOneOf(List<String> accepted, @Nullable JsonNode value) {
    return value != null && value.isString() && accepted.contains(value.stringValue());
  }
}
