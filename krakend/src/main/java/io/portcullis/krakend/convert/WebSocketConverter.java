package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns WebSocket endpoints into routes of services. For one thread. */
final class WebSocketConverter {
  private static final Pattern HOST =
      Pattern.compile("(?:(wss?|https?)://)?([^/:\\s]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?(/.*)?");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");
  private static final int PLAIN_PORT = 80;
  private static final int TLS_PORT = 443;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  /** 54 of 60 seconds. */
  private static final double USUAL_SHARE = 0.9;

  private static final String ON_WEBSOCKETS = "has no effect on WebSockets";

  /** Silence is no reason to end a connection: a day, unless the file says otherwise. */
  private static final long QUIET_MILLIS = 86_400_000;

  private final Inherited inherited;
  private final Document document;
  private final Findings findings;

  WebSocketConverter(Inherited inherited, Document document, Findings findings) {
    this.inherited = inherited;
    this.document = document;
    this.findings = findings;
  }

  /** A backend's address. */
  private record Host(boolean tls, String name, int port, String path) {
    String target() {
      return name + ":" + port;
    }
  }

  void convert(EndpointConverter.Endpoint endpoint, Section extra, int priority) {
    Section section = endpoint.section();
    boolean shortForm = extra.any("websocket") instanceof Value.Truth;
    Section socket = shortForm ? null : extra.section("websocket");
    if (socket != null && !socket.truth("enable_direct_communication")) {
      findings.error(
          extra.at("websocket"),
          "multiplexed WebSockets are not supported; set enable_direct_communication to true,"
              + " which opens a connection to the backend for each client");
      return;
    }
    List<Section> backends = section.sections("backend", "backend");
    if (backends.size() != 1) {
      findings.error(section.at(), "a WebSocket endpoint needs exactly one backend");
      return;
    }
    if (!endpoint.method().equals("GET")) {
      findings.error(section.at("method"), "a WebSocket endpoint has the method GET");
      return;
    }
    section.accept("output_encoding");
    section.ignore(ON_WEBSOCKETS, "timeout", "cache_ttl", "concurrent_calls");
    Section backend = backends.getFirst();
    backend.accept("encoding", "disable_host_sanitize", "method");
    backend.ignore(ON_WEBSOCKETS, "extra_config");
    String pattern = backend.text("url_pattern", "/");
    List<String> names = backend.texts("host");
    if (pattern.startsWith("ws://") || pattern.startsWith("wss://")) {
      int path = pattern.indexOf('/', pattern.indexOf("//") + 2);
      names = List.of(path < 0 ? pattern : pattern.substring(0, path));
      pattern = path < 0 ? "/" : pattern.substring(path);
    } else if (names.isEmpty()) {
      names = inherited.hosts();
    }
    List<Host> hosts = hosts(backend, names);
    if (hosts.isEmpty()) {
      return;
    }
    backend.finish();
    String name = document.name(endpoint.routeName());
    ObjectNode route = document.route(name, endpoint.path().regex(true), section.at());
    route.putArray("methods").add("GET");
    route.put("regex_priority", priority);
    route.put("strip_path", false);
    route.put("service", name);
    ObjectNode service = document.service(name);
    service(service, name, hosts);
    path(route, service, endpoint.path(), pattern.startsWith("/") ? pattern : "/" + pattern);
    new EndpointConverter(inherited, document, findings).guards(extra, endpoint, route, false);
    forwarded(endpoint, socket, route);
    if (socket != null) {
      options(socket, service, route);
    }
    List<String> unserved = new ArrayList<>();
    Namespaces.rest(extra, findings, unserved);
    section.finish();
  }

  private List<Host> hosts(Section backend, List<String> names) {
    List<Host> hosts = new ArrayList<>();
    if (names.isEmpty()) {
      findings.error(backend.at(), "backend without 'host', and the root has none");
    }
    for (String name : names) {
      Matcher host = HOST.matcher(name);
      if (!host.matches()) {
        findings.error(backend.at("host"), "invalid host: " + name);
        return List.of();
      }
      String scheme = host.group(1) == null ? "ws" : host.group(1);
      boolean tls = scheme.equals("wss") || scheme.equals("https");
      String port = host.group(3);
      hosts.add(
          new Host(
              tls,
              host.group(2),
              port == null ? tls ? TLS_PORT : PLAIN_PORT : Integer.parseInt(port),
              host.group(4) == null ? "" : host.group(4)));
    }
    if (hosts.stream().map(Host::tls).distinct().count() > 1) {
      findings.error(backend.at("host"), "hosts with ws and with wss in one backend");
      return List.of();
    }
    return hosts;
  }

  private void service(ObjectNode service, String name, List<Host> hosts) {
    Host first = hosts.getFirst();
    service.put("protocol", first.tls() ? "wss" : "ws");
    if (hosts.size() == 1) {
      service.put("host", first.name());
      service.put("port", first.port());
    } else {
      String upstream = name + "-backends";
      document.upstream(upstream, hosts.stream().map(Host::target).toList());
      service.put("host", upstream);
    }
    service.put("read_timeout", QUIET_MILLIS);
    service.put("write_timeout", QUIET_MILLIS);
    service.put("retries", Math.max(1, hosts.size() - 1));
    if (!inherited.verifyTls() && first.tls()) {
      service.put("tls_verify", false);
    }
  }

  /** What path backends see: the client's, a fixed one, or one that is made of the client's. */
  private void path(ObjectNode route, ObjectNode service, EndpointPath endpoint, String pattern) {
    if (pattern.equals(endpoint.toString())) {
      return;
    }
    Matcher placeholder = PLACEHOLDER.matcher(pattern);
    if (!placeholder.find()) {
      route.put("strip_path", true);
      service.put("path", pattern);
      return;
    }
    StringBuilder uri = new StringBuilder();
    do {
      if (!endpoint.names().contains(placeholder.group(1))) {
        findings.error(
            document.places().getLast(),
            "undefined output param '" + placeholder.group(1) + "'! endpoint: " + endpoint);
      }
      placeholder.appendReplacement(
          uri,
          Matcher.quoteReplacement(
              "$(uri_captures." + EndpointPath.group(placeholder.group(1)) + ")"));
    } while (placeholder.find());
    placeholder.appendTail(uri);
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putObject("replace").put("uri", uri.toString());
    Document.plugin(route, "request-transformer", config);
  }

  /** Lets nothing through but what is listed. */
  private static void forwarded(
      EndpointConverter.Endpoint endpoint, @Nullable Section socket, ObjectNode route) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    ArrayNode headers = config.putArray("headers");
    endpoint.section().texts("input_headers").forEach(headers::add);
    if (socket != null) {
      socket.texts("input_headers").forEach(headers::add);
    }
    ArrayNode arguments = config.putArray("query_strings");
    endpoint.section().texts("input_query_strings").forEach(arguments::add);
    Document.plugin(route, "input-filter", config);
  }

  private void options(Section socket, ObjectNode service, ObjectNode route) {
    String timeout = socket.duration("timeout");
    if (timeout != null) {
      long millis = Durations.nanos(timeout) / NANOS_PER_MILLI;
      service.put("read_timeout", Math.clamp(millis, 1, Integer.MAX_VALUE - 1));
      service.put("write_timeout", Math.clamp(millis, 1, Integer.MAX_VALUE - 1));
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    Integer size = socket.integer("max_message_size");
    if (size != null && size > 0) {
      config.put("max_message_size", size);
    }
    pings(socket, config);
    List<String> subprotocols = socket.texts("subprotocols");
    if (!subprotocols.isEmpty()) {
      ArrayNode listed = config.putArray("subprotocols");
      subprotocols.forEach(listed::add);
    }
    if (!config.isEmpty()) {
      Document.plugin(route, "websocket-limits", config);
    }
    for (Map.Entry<String, String> option : WITHOUT_EFFECT.entrySet()) {
      socket.ignore(option.getValue(), option.getKey());
    }
    socket.finish();
  }

  private void pings(Section socket, ObjectNode config) {
    String period = socket.duration("ping_period");
    String wait = socket.duration("pong_wait");
    double pings = period == null ? 0 : Durations.nanos(period) / NANOS_PER_SECOND;
    double silence = wait == null ? 0 : Durations.nanos(wait) / NANOS_PER_SECOND;
    if (silence > 0 && pings >= silence) {
      findings.mistake(
          socket.at("ping_period"),
          "'ping_period' has to be less than 'pong_wait'; neither has an effect");
      return;
    }
    if (pings > 0) {
      config.put("ping_period", pings);
    }
    if (silence > 0) {
      // Whoever waits for pongs pings: without a period as often as KrakenD does.
      config.put("pong_wait", silence);
      config.put("ping_period", pings > 0 ? pings : silence * USUAL_SHARE);
    }
  }

  private static final String LOST = "has no effect: a lost backend ends the client's connection";

  private static final Map<String, String> WITHOUT_EFFECT =
      Map.ofEntries(
          Map.entry("write_wait", "has no effect: clients that read nothing are given a minute"),
          Map.entry("read_buffer_size", "has no effect: messages pass without being kept"),
          Map.entry("write_buffer_size", "has no effect: messages pass without being kept"),
          Map.entry("message_buffer_size", "has no effect: messages pass without being kept"),
          Map.entry("max_retries", LOST),
          Map.entry("backoff_strategy", LOST),
          Map.entry("connect_event", "is for multiplexed WebSockets"),
          Map.entry("disconnect_event", "is for multiplexed WebSockets"),
          Map.entry("return_error_details", LOST),
          Map.entry("disable_otel_metrics", "has no effect here"));
}
