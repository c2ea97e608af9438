package io.portcullis.core.schema;

import static io.portcullis.core.schema.Checks.conditional;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.string;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Routes: which requests go to a service. The first of a route's protocols decides which fields it
 * may and must have.
 */
final class RouteSpec {
  static final Object[] PROTOCOLS = {
    "grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"
  };

  private static final Set<String> HTTP = Set.of("http", "https");
  private static final Set<String> GRPC = Set.of("grpc", "grpcs");
  private static final String FOR_HTTP = "'http' or 'https'";
  private static final String FOR_GRPC = "'grpc' or 'grpcs'";
  private static final String FOR_STREAM = "'tcp', 'tls', 'tls_passthrough' or 'udp'";

  private RouteSpec() {}

  static EntitySpec create() {
    return EntitySpec.named("routes")
        .lookupKey("name")
        .id()
        .createdAt()
        .updatedAt()
        .field(field("name", Types.UTF8_NAME).unique().doc("Name of the route."))
        .field(
            set("protocols", Types.STRING.oneOf(PROTOCOLS))
                .lenMin(1)
                .required()
                .defaultsToList("http", "https")
                .mutuallyExclusiveSubsets(
                    List.of(
                        List.of("http", "https"),
                        List.of("tcp", "tls", "udp"),
                        List.of("tls_passthrough"),
                        List.of("grpc", "grpcs")))
                .doc("Protocols of the requests it takes."))
        .field(
            integer("https_redirect_status_code")
                .oneOf(426, 301, 302, 307, 308)
                .required()
                .defaultsTo(426)
                .doc("Answer to cleartext requests of a route that wants TLS."))
        .field(flag("strip_path", true, "Whether the matched prefix is cut off the path."))
        .field(flag("preserve_host", false, "Whether the Host header is passed on."))
        .field(
            flag("request_buffering", true, "Whether a request is read whole before it is sent."))
        .field(flag("response_buffering", true, "Whether a response is read ahead of the client."))
        .tags()
        .field(foreign("service", "services").doc("Where its requests go."))
        .field(set("snis", Types.WILDCARD_SNI).doc("Server names of TLS."))
        .field(peers("sources", "Addresses and ports that connections come from."))
        .field(peers("destinations", "Addresses and ports that connections go to."))
        .field(set("methods", Types.METHOD).doc("Methods of HTTP."))
        .field(
            array("hosts", Types.ROUTE_HOST)
                .doc("Host names; the first or last label may be a wildcard."))
        .field(
            array("paths", Types.ROUTE_PATH)
                .listText(ListText.WHENEVER_LEGAL)
                .doc("Prefixes of the path, or regexes behind a tilde."))
        .field(
            map(
                    "headers",
                    Types.HEADER_NAME.matchNone(
                        "^[Hh][Oo][Ss][Tt]$",
                        "cannot contain 'host' header, which must be specified in the 'hosts'"
                            + " attribute"),
                    array("", Types.STRING))
                .doc("Header names to accepted values; a value behind ~* is a regex."))
        .field(integer("regex_priority").defaultsTo(0).doc("Order among routes with regex paths."))
        .field(
            string("path_handling")
                .oneOf("v0", "v1")
                .defaultsTo("v0")
                .doc("How a service's path and a request's are joined."))
        .check(
            conditional(
                "protocols",
                Match.elements(Types.STRING.notOneOf("grpcs", "https", "tls", "tls_passthrough")),
                "snis",
                Match.lenEq(0),
                "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or"
                    + " 'tls_passthrough'"))
        .check(Checks.custom(List.of("path_handling"), run -> {}))
        .check(
            Checks.custom(
                List.of(
                    "id",
                    "protocols",
                    "snis",
                    "sources",
                    "destinations",
                    "methods",
                    "hosts",
                    "paths",
                    "headers",
                    "expression",
                    "regex_priority",
                    "priority"),
                /* runsWithMissingFields= */ true,
                RouteSpec::compile))
        .variants((fields, checks) -> variants(fields, checks))
        .build();
  }

  private static FieldSpec flag(String name, boolean initially, String doc) {
    return bool(name).required().defaultsTo(initially).doc(doc);
  }

  private static FieldSpec peers(String name, String doc) {
    FieldSpec peer =
        record("", field("ip", Types.IP_OR_CIDR), field("port", Types.PORT))
            .check(Checks.atLeastOneOf("ip", "port"));
    return set(name, peer).doc(doc);
  }

  private static Function<ObjectNode, EntitySpec.Variant> variants(
      List<FieldSpec> fields, List<Check> checks) {
    Map<String, EntitySpec.Variant> byProtocol = new java.util.HashMap<>();
    for (Object protocol : PROTOCOLS) {
      String name = String.valueOf(protocol);
      List<Check> all = new ArrayList<>(checks);
      all.add(needs(name));
      byProtocol.put(
          name,
          new EntitySpec.Variant.Chosen(
              fields.stream().map(field -> restricted(field, name)).toList(), all));
    }
    EntitySpec.Variant plain = new EntitySpec.Variant.Chosen(fields, checks);
    return values -> {
      JsonNode protocols = values.get("protocols");
      if (protocols == null) {
        return byProtocol.getOrDefault("http", plain);
      }
      boolean list = protocols.isArray() || (protocols.isObject() && protocols.isEmpty());
      if (!list) {
        return plain;
      }
      JsonNode first = protocols.isEmpty() ? null : protocols.get(0);
      EntitySpec.Variant known =
          first != null && first.isString() ? byProtocol.get(first.stringValue()) : null;
      return known != null
          ? known
          : new EntitySpec.Variant.Unknown(
              "protocols",
              "unknown type: " + (first == null || first.isNull() ? "nil" : Json.plain(first)));
    };
  }

  private static FieldSpec restricted(FieldSpec field, String protocol) {
    String name = field.name();
    if (HTTP.contains(protocol)) {
      return Set.of("sources", "destinations").contains(name) ? forbidden(field, FOR_HTTP) : field;
    }
    if (GRPC.contains(protocol)) {
      if (name.equals("strip_path")) {
        return field.defaultsTo(false).ne(true).err(cannotSet(name, FOR_GRPC));
      }
      return Set.of("methods", "sources", "destinations").contains(name)
          ? forbidden(field, FOR_GRPC)
          : field;
    }
    return Set.of("methods", "hosts", "paths", "headers").contains(name)
        ? forbidden(field, FOR_STREAM)
        : field;
  }

  private static FieldSpec forbidden(FieldSpec field, String protocols) {
    return field.eqNull().err(cannotSet(field.name(), protocols));
  }

  private static String cannotSet(String field, String protocols) {
    return "cannot set '" + field + "' when 'protocols' is " + protocols;
  }

  /** What a route must have; the secure protocol of a pair decides when both are listed. */
  private static Check needs(String protocol) {
    return switch (protocol) {
      case "http", "https" ->
          needsOneOf(
              "https",
              List.of("methods", "hosts", "headers", "paths", "snis"),
              List.of("methods", "hosts", "headers", "paths"),
              "http");
      case "grpc", "grpcs" ->
          needsOneOf(
              "grpcs",
              List.of("hosts", "headers", "paths", "snis"),
              List.of("hosts", "headers", "paths"),
              "grpc");
      case "tls_passthrough" ->
          Checks.custom(
              run -> {
                if (run.value("protocols").isPresent() && !run.isNonEmpty("snis")) {
                  run.refuse("must set snis when 'protocols' is 'tls_passthrough'");
                }
              });
      default ->
          Checks.conditionalAtLeastOneOf(
              "protocols",
              Match.any(),
              List.of("sources", "destinations", "snis"),
              "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'");
    };
  }

  private static Check needsOneOf(
      String secure, List<String> withTls, List<String> without, String plain) {
    Check withSecure =
        Checks.conditionalAtLeastOneOf(
            "protocols",
            Match.contains(secure),
            withTls,
            "must set one of %s when 'protocols' is '" + secure + "'");
    Check withoutSecure =
        Checks.conditionalAtLeastOneOf(
            "protocols",
            Match.elements(Types.STRING.oneOf(plain)),
            without,
            "must set one of %s when 'protocols' is '" + plain + "'");
    return Checks.custom(
        run -> {
          withSecure.run(run);
          withoutSecure.run(run);
        });
  }

  /** Finds what no matcher could be made of. */
  private static void compile(CheckRun run) {
    String problem = firstProblem(run);
    if (problem != null) {
      run.refuse("Router Expression failed validation: " + problem);
    }
  }

  private static @Nullable String firstProblem(CheckRun run) {
    JsonNode paths = run.value("paths").orElse(Json.of(List.of()));
    for (JsonNode path : paths) {
      if (path.isString() && path.stringValue().startsWith("~/")) {
        String regex = path.stringValue().substring(1);
        String error = Paths.regexError(regex);
        if (error != null && Paths.refusalOfRoutePath(path.stringValue()) == null) {
          return "regex parse error in path '" + regex + "': " + error;
        }
      }
    }
    JsonNode headers = run.value("headers").orElse(Json.NODES.objectNode());
    for (Map.Entry<String, JsonNode> header : headers.properties()) {
      if (header.getValue().isArray() && header.getValue().isEmpty()) {
        return "header '" + header.getKey() + "' has no accepted values";
      }
      for (JsonNode value : header.getValue()) {
        if (value.isString() && value.stringValue().startsWith("~*")) {
          String error = Paths.regexError(value.stringValue().substring(2));
          if (error != null) {
            return "regex parse error in header '" + header.getKey() + "': " + error;
          }
        }
      }
    }
    return null;
  }
}
