package io.portcullis.core.schema;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;

import tools.jackson.databind.node.ObjectNode;

/**
 * Services: where requests are sent. Beyond Kong, the protocols {@code ws} and {@code wss} are
 * accepted, and a form with only a name makes a service whose host is that name.
 */
final class ServiceSpec {
  private static final int DEFAULT_TIMEOUT = 60_000;

  private ServiceSpec() {}

  static EntitySpec create() {
    return EntitySpec.named("services")
        .lookupKey("name")
        .id()
        .createdAt()
        .updatedAt()
        .field(field("name", Types.UTF8_NAME).unique().doc("Name of the service."))
        .field(
            integer("retries")
                .between(0, 32767)
                .defaultsTo(5)
                .doc("How often a failed try is repeated."))
        .field(
            string("protocol")
                .oneOf(RouteSpec.PROTOCOLS)
                .alsoAccepts("ws", "wss")
                .required()
                .defaultsTo("http")
                .doc("What is spoken to the service."))
        .field(
            field("host", Types.HOST)
                .required()
                .doc("Name of an upstream, host name or address, without port."))
        .field(field("port", Types.PORT).required().defaultsTo(80).doc("Port of the host."))
        .field(field("path", Types.PATH).doc("Prefix of every request's path."))
        .field(timeout("connect_timeout", "Milliseconds to connect."))
        .field(timeout("write_timeout", "Milliseconds between two writes."))
        .field(timeout("read_timeout", "Milliseconds between two reads."))
        .tags()
        .field(foreign("client_certificate", "certificates").doc("Shown to the service."))
        .field(bool("tls_verify").doc("Whether its certificate is verified; null means no."))
        .field(
            integer("tls_verify_depth")
                .between(0, 64)
                .defaultsTo(null)
                .doc("Certificates between its own and a trusted one at most."))
        .field(array("ca_certificates", Types.UUID).doc("Trusted authorities; null means all."))
        .field(
            bool("enabled")
                .required()
                .defaultsTo(true)
                .doc("While false, its routes do not exist for the proxy."))
        .shorthand(
            Shorthand.writeOnly(
                string("url").doc("Sets protocol, host, port and path at once."),
                ServiceUrl::parts))
        .check(
            conditional(
                "protocol",
                Match.oneOf("tcp", "tls", "udp", "grpc", "grpcs"),
                "path",
                Match.isNull()))
        .check(onlyWithTls("client_certificate"))
        .check(onlyWithTls("tls_verify"))
        .check(onlyWithTls("tls_verify_depth"))
        .check(onlyWithTls("ca_certificates"))
        .formCompletion(ServiceSpec::hostFromName)
        .build();
  }

  private static FieldSpec timeout(String name, String doc) {
    return field(name, Types.TIMEOUT).between(1, 2147483646).defaultsTo(DEFAULT_TIMEOUT).doc(doc);
  }

  private static Check onlyWithTls(String field) {
    return conditional(
        "protocol",
        Match.notOneOf("https", "tls")
            .rule(value -> value.isString() && value.stringValue().equals("wss") ? "tls" : null),
        field,
        Match.isNull());
  }

  private static ObjectNode hostFromName(ObjectNode form) {
    boolean nameless = !(form.has("name") && form.get("name").isString());
    if (nameless || form.has("host") || form.has("url")) {
      return form;
    }
    if (Hosts.refusal(form.get("name").stringValue()) != null) {
      return form;
    }
    ObjectNode completed = form.deepCopy();
    completed.set("host", form.get("name"));
    return completed;
  }
}
