package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns endpoints into routes with plugins. For one thread. */
final class EndpointConverter {
  private static final Set<String> ENCODINGS =
      Set.of("json", "json-collection", "string", "xml", "yaml", "negotiate", "no-op");

  /** Encodings of backends in which answers can be written too. */
  private static final Set<String> WRITTEN_AS_READ = Set.of("json", "string", "xml", "yaml");

  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final int MOST_CALLS = 16;
  private static final int NOT_IMPLEMENTED = 501;

  private final Inherited inherited;
  private final Document document;
  private final Findings findings;
  private final WebSocketConverter webSockets;

  EndpointConverter(Inherited inherited, Document document, Findings findings) {
    this.inherited = inherited;
    this.document = document;
    this.findings = findings;
    this.webSockets = new WebSocketConverter(inherited, document, findings);
  }

  /**
   * An endpoint that can be routed to.
   *
   * @param section what the file says of it
   */
  record Endpoint(Section section, EndpointPath path, String method) {
    String routeName() {
      return Section.lower(method) + "-" + path.slug();
    }
  }

  /** The endpoint that a section says; null when nothing can lead to it. */
  @Nullable Endpoint endpoint(Section section) {
    String path = section.text("endpoint");
    if (path == null) {
      findings.error(section.at(), "endpoint without 'endpoint'");
      return null;
    }
    EndpointPath parsed = new EndpointPath(path);
    String refusal = parsed.refusal(inherited.partialSegments());
    if (refusal != null) {
      findings.error(section.at("endpoint"), refusal);
      return null;
    }
    String method = section.text("method", "GET").toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      findings.unserved(
          section.at("method"),
          "method '" + method + "' cannot be served; the endpoint is left out");
      return null;
    }
    return new Endpoint(section, parsed, method);
  }

  /**
   * Adds the route of an endpoint.
   *
   * @param priority higher ones are looked at first
   */
  void convert(Endpoint endpoint, int priority) {
    Section section = endpoint.section();
    Section extra = section.section("extra_config");
    Value socket = extra.any("websocket");
    if (socket != null && !(socket instanceof Value.Truth truth && !truth.value())) {
      webSockets.convert(endpoint, extra, priority);
      return;
    }
    List<Section> backends = section.sections("backend", "backend");
    if (backends.isEmpty()) {
      findings.error(section.at(), "endpoint " + endpoint.path() + " has no backends");
      return;
    }
    List<String> unserved = new ArrayList<>();
    ObjectNode config = composition(endpoint);
    ArrayNode all = config.putArray("backend");
    BackendConverter backendConverter = new BackendConverter(inherited, findings);
    for (Section backend : backends) {
      backendConverter.convert(backend, endpoint.method(), endpoint.path(), all, unserved);
    }
    knownEncoding(section, config, all);
    checkRaw(section, config, all);
    proxy(extra.section("proxy"), config);
    ObjectNode route =
        document.route(
            document.name(endpoint.routeName()), endpoint.path().regex(false), section.at());
    route.putArray("methods").add(endpoint.method());
    route.put("regex_priority", priority);
    route.put("strip_path", false);
    guards(extra, endpoint, route, true);
    Namespaces.rest(extra, findings, unserved);
    if (unserved.isEmpty()) {
      Document.plugin(route, "composition", config);
    } else {
      route.remove("plugins");
      refuse(route, unserved);
    }
    section.finish();
  }

  /** Plugins that decide whether a request goes on. */
  void guards(Section extra, Endpoint endpoint, ObjectNode route, boolean signs) {
    Section limit = extra.section("qos/ratelimit/router");
    ObjectNode rates = TokenBuckets.config(limit, findings);
    if (rates != null) {
      if (rates.path("strategy").asString("").equals("param")) {
        rates.put("endpoint", endpoint.path().toString());
      }
      Document.plugin(route, "token-bucket", rates);
    }
    if (extra.has("auth/validator")) {
      Section validator = extra.section("auth/validator");
      Document.plugin(route, "jwt-validator", validator.taken(JwtKeys.VALIDATOR));
      JwtKeys.rest(validator);
    }
    if (signs && extra.has("auth/signer")) {
      Section signer = extra.section("auth/signer");
      Document.plugin(route, "jwt-signer", signer.taken(JwtKeys.SIGNER));
      JwtKeys.rest(signer);
      // Answers with tokens say neither that they are complete nor how long they may be kept.
      ObjectNode bare = JsonNodeFactory.instance.objectNode();
      bare.putObject("remove").putArray("headers").add("X-Krakend-Completed").add("Cache-Control");
      Document.plugin(route, "response-transformer", bare);
    }
    Value schema = extra.any("validation/json-schema");
    if (schema != null) {
      ObjectNode config = JsonNodeFactory.instance.objectNode();
      config.set("schema", schema.json());
      if (inherited.returnErrorMessage()) {
        config.put("return_error_msg", true);
      }
      config.set("response_headers", refusalHeaders());
      Document.plugin(route, "json-schema", config);
    }
    expressions(extra.sections("validation/cel", "validation/cel"), endpoint, route);
    if (extra.has("security/bot-detector")) {
      Section bots = extra.section("security/bot-detector");
      Document.plugin(route, "bot-detector", BotKeys.config(bots, findings));
    }
  }

  private void expressions(List<Section> checks, Endpoint endpoint, ObjectNode route) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    ArrayNode list = config.putArray("checks");
    CelKeys.take(checks, list, findings);
    if (list.isEmpty()) {
      return;
    }
    config.put("endpoint", endpoint.path().toString());
    if (inherited.returnErrorMessage()) {
      config.put("return_error_msg", true);
    }
    config.set("response_headers", refusalHeaders());
    Document.plugin(route, "cel", config);
  }

  private ObjectNode refusalHeaders() {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    inherited.answerHeaders().forEach(headers::put);
    return headers.put("X-Krakend-Completed", "false");
  }

  private ObjectNode composition(Endpoint endpoint) {
    Section section = endpoint.section();
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("endpoint", endpoint.path().toString());
    String timeout = section.duration("timeout");
    config.put("timeout", timeout == null ? inherited.timeout() : timeout);
    String ttl = section.duration("cache_ttl");
    config.put("cache_ttl", ttl == null ? inherited.cacheTtl() : ttl);
    String encoding = section.text("output_encoding", inherited.outputEncoding());
    config.put("output_encoding", encoding.equals("fast-json") ? "json" : encoding);
    Integer calls = section.integer("concurrent_calls");
    if (calls != null && calls > 1) {
      if (calls > MOST_CALLS) {
        findings.warning(
            section.at("concurrent_calls"), "more than " + MOST_CALLS + " calls are not raced");
      }
      config.put("concurrent_calls", Math.min(MOST_CALLS, calls));
    }
    BackendConverter.copyTexts(section, "input_headers", config);
    BackendConverter.copyTexts(section, "input_query_strings", config);
    if (inherited.returnErrorMessage()) {
      config.put("return_error_msg", true);
    }
    ObjectNode headers = config.putObject("response_headers");
    for (Map.Entry<String, String> header : inherited.answerHeaders().entrySet()) {
      headers.put(header.getKey(), header.getValue());
    }
    config.put("user_agent", inherited.userAgent());
    return config;
  }

  /** An unknown encoding counts as that of the only backend if answers can be written in it. */
  private void knownEncoding(Section section, ObjectNode config, ArrayNode backends) {
    String encoding = config.path("output_encoding").asString("");
    if (ENCODINGS.contains(encoding)) {
      return;
    }
    String only = backends.size() == 1 ? backends.path(0).path("encoding").asString("") : "";
    String counts = WRITTEN_AS_READ.contains(only) ? only : "json";
    findings.mistake(
        section.at("output_encoding"), "unknown encoding '" + encoding + "' counts as " + counts);
    config.put("output_encoding", counts);
  }

  private void checkRaw(Section section, ObjectNode config, ArrayNode backends) {
    boolean raw = config.path("output_encoding").asString("").equals("no-op");
    int answering = 0;
    for (var backend : backends) {
      answering += backend.path("shadow").asBoolean(false) ? 0 : 1;
    }
    if (raw && answering > 1) {
      findings.error(
          section.at("output_encoding"),
          "can not use NoOp encoding with more than one backends connected to the same endpoint");
    }
  }

  private void proxy(Section proxy, ObjectNode config) {
    if (proxy.truth("sequential") || "sequential".equals(proxy.text("strategy"))) {
      config.put("sequential", true);
    }
    proxy.ignore(
        "has no effect here",
        "combiner",
        "sequential_propagated_params",
        "force_sandboxed_request");
    BackendConverter.flatmap(proxy, config);
    if (proxy.has("static")) {
      Section added = proxy.section("static");
      ObjectNode members = config.putObject("static");
      members.put("strategy", added.text("strategy", "always"));
      Value data = added.any("data");
      members.set("data", data == null ? JsonNodeFactory.instance.objectNode() : data.json());
      added.finish();
    }
    proxy.finish();
  }

  private static void refuse(ObjectNode route, List<String> reasons) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("status_code", NOT_IMPLEMENTED);
    answer.put("content_type", "text/plain; charset=utf-8");
    answer.put("body", String.join("\n", reasons));
    Document.plugin(route, "request-termination", answer);
  }
}
