package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;

import tools.jackson.databind.node.ObjectNode;

/** How an upstream finds out which targets work: by asking them, and by watching requests. */
final class HealthCheckSpec {
  private static final Object[] ACTIVE_HEALTHY = {200, 302};
  private static final Object[] ACTIVE_UNHEALTHY = {429, 404, 500, 501, 502, 503, 504, 505};
  private static final Object[] PASSIVE_HEALTHY = {
    200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308
  };
  private static final Object[] PASSIVE_UNHEALTHY = {429, 500, 503};

  private HealthCheckSpec() {}

  static FieldSpec create() {
    // As in Kong, the default of the whole does not spell the threshold out.
    return complete(record("healthchecks", active(), passive()))
        .field(
            number("threshold")
                .between(0, 100)
                .defaultsTo(0)
                .doc("Percentage of weight that must be healthy, or nobody is served."))
        .doc("How targets that do not work are found.");
  }

  private static FieldSpec active() {
    return complete(
            record(
                "active",
                field("https_sni", Types.SNI).optional().doc("Server name of TLS."),
                bool("https_verify_certificate")
                    .required()
                    .defaultsTo(true)
                    .doc("Whether a target's certificate is verified."),
                complete(
                        record(
                            "healthy",
                            count("successes", "Successes until a target is healthy; 0 is never."),
                            statuses(ACTIVE_HEALTHY, "Statuses that are successes."),
                            seconds("interval", 0, "Seconds between checks of healthy targets.")))
                    .doc("When an unhealthy target is healthy again."),
                map("headers", Types.HEADER_NAME, array("", Types.STRING))
                    .optional()
                    .doc("Headers of a check."),
                seconds("timeout", 1, "Seconds that a check takes at most."),
                integer("concurrency")
                    .between(1, 2147483648.0)
                    .defaultsTo(10)
                    .doc("Targets that are checked at a time."),
                complete(
                        record(
                            "unhealthy",
                            count("http_failures", "Bad statuses until a target is unhealthy."),
                            seconds("interval", 0, "Seconds between checks of unhealthy targets."),
                            statuses(ACTIVE_UNHEALTHY, "Statuses that are failures."),
                            count("tcp_failures", "Broken connections until it is unhealthy."),
                            count("timeouts", "Timeouts until it is unhealthy.")))
                    .doc("When a healthy target is unhealthy."),
                field("http_path", Types.PATH).defaultsTo("/").doc("Path of a check."),
                type()))
        .doc("Checks that the gateway makes; none while both intervals are 0.");
  }

  private static FieldSpec passive() {
    return complete(
            record(
                "passive",
                complete(
                        record(
                            "healthy",
                            count("successes", "Successes until a target is healthy; 0 is never."),
                            statuses(PASSIVE_HEALTHY, "Statuses that are successes.")))
                    .doc("When an unhealthy target is healthy again."),
                type(),
                complete(
                        record(
                            "unhealthy",
                            count("http_failures", "Bad statuses until a target is unhealthy."),
                            statuses(PASSIVE_UNHEALTHY, "Statuses that are failures."),
                            count("tcp_failures", "Broken connections until it is unhealthy."),
                            count("timeouts", "Timeouts until it is unhealthy.")))
                    .doc("When a healthy target is unhealthy.")))
        .doc("What is learnt from requests; nothing while all counts are 0.");
  }

  /** A record that is always there, whose default spells its fields' defaults out. */
  private static FieldSpec complete(FieldSpec record) {
    ObjectNode defaults = Json.NODES.objectNode();
    for (FieldSpec inner : record.fields()) {
      inner.defaultValue().ifPresent(value -> defaults.set(inner.name(), value));
    }
    return record.required().defaultsTo(defaults);
  }

  private static FieldSpec count(String name, String doc) {
    return integer(name).between(0, 255).defaultsTo(0).doc(doc);
  }

  private static FieldSpec seconds(String name, int initially, String doc) {
    return number(name).between(0, 65535).defaultsTo(initially).doc(doc);
  }

  private static FieldSpec statuses(Object[] initially, String doc) {
    return array("http_statuses", integer("").between(100, 999)).defaultsToList(initially).doc(doc);
  }

  private static FieldSpec type() {
    return string("type")
        .oneOf("tcp", "http", "https", "grpc", "grpcs")
        .defaultsTo("http")
        .doc("What is spoken to targets.");
  }
}
