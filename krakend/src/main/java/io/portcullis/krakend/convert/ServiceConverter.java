package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what a file says of the whole gateway into plugins for every request, the route of all
 * other requests and settings of the process. For one thread.
 */
final class ServiceConverter {
  private static final int PORT = 8080;
  private static final int HIGHEST_PORT = 65_535;
  private static final String NO_EFFECT = "has no effect here";

  private final Document document;
  private final Map<String, String> settings;
  private final Findings findings;
  private final Surroundings around;

  /** Empty when there is none. */
  private String healthPath = "";

  ServiceConverter(
      Document document, Map<String, String> settings, Findings findings, Surroundings around) {
    this.document = document;
    this.settings = settings;
    this.findings = findings;
    this.around = around;
  }

  void convert(
      Section root,
      Section extra,
      Section router,
      List<EndpointConverter.Endpoint> endpoints,
      Map<String, String> answerHeaders) {
    listen(root);
    otherRequests(root, router, endpoints, answerHeaders);
    LogKeys.convert(extra, settings, findings, around.debug());
    accessLog(router);
    clients(router);
    connections(root);
    router.ignore(
        NO_EFFECT,
        "disable_path_decoding",
        "remove_extra_slash",
        "max_multipart_memory",
        "app_engine",
        "use_h2c");
    router.finish();
    forAll(extra);
    LogKeys.requests(settings, document);
    TelemetryKeys.convert(extra, document, settings, findings);
    Section shared = extra.section("auth/validator");
    shared.ignore(
        "has no effect: each endpoint keeps keys for its 'cache_duration'",
        "shared_cache_duration");
    shared.finish();
    for (Value.Member member : extra.members()) {
      if (!extra.isKnown(member.name())) {
        extra.accept(member.name());
        findings.warning(member.nameAt(), "unknown namespace '" + member.name() + "' is ignored");
      }
    }
  }

  private void listen(Section root) {
    Integer port = root.integer("port");
    int own = around.port() != null ? around.port() : port == null || port == 0 ? PORT : port;
    if (own < 1 || own > HIGHEST_PORT) {
      findings.error(root.at("port"), "port " + own + " is none");
      return;
    }
    String address = root.text("listen_ip", "0.0.0.0");
    String shown =
        address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]" : address;
    Section tls = root.section("tls");
    boolean encrypted = root.has("tls") && !tls.truth("disabled");
    settings.put("proxy_listen", shown + ":" + own + (encrypted ? " ssl" : ""));
    if (encrypted) {
      Section first = tls.sections("keys", "keys").stream().findFirst().orElse(tls);
      settings.put("ssl_cert", first.text("public_key", ""));
      settings.put("ssl_cert_key", first.text("private_key", ""));
      tls.accept("public_key", "private_key");
    }
    tls.accept("disabled");
    for (Value.Member member : tls.members()) {
      if (!tls.isKnown(member.name())) {
        tls.ignore(NO_EFFECT, member.name());
      }
    }
  }

  private void otherRequests(
      Section root,
      Section router,
      List<EndpointConverter.Endpoint> endpoints,
      Map<String, String> answerHeaders) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    ArrayNode list = config.putArray("endpoints");
    for (EndpointConverter.Endpoint endpoint : endpoints) {
      list.addObject().put("path", endpoint.path().toString()).put("method", endpoint.method());
    }
    if (!router.truth("disable_health")) {
      healthPath = router.text("health_path", "/__health");
      config.put("health_path", healthPath);
    } else {
      router.accept("health_path");
    }
    config.put("echo", root.truth("echo_endpoint"));
    config.put("debug", root.truth("debug_endpoint") || around.debug());
    config.put("auto_options", router.truth("auto_options"));
    config.put("redirect_trailing_slash", !router.truth("disable_redirect_trailing_slash"));
    config.put("redirect_fixed_path", !router.truth("disable_redirect_fixed_path"));
    config.put("tell_wrong_methods", !router.truth("disable_handle_method_not_allowed"));
    Section bodies = router.section("error_body");
    body(bodies, "404", "not_found_body", config);
    body(bodies, "405", "wrong_method_body", config);
    bodies.finish();
    ObjectNode headers = config.putObject("response_headers");
    answerHeaders.forEach(headers::put);
    ObjectNode route = document.route(document.name("other-requests"), "/", root.at());
    Document.plugin(route, "endpoint-router", config);
  }

  private static void body(Section bodies, String status, String field, ObjectNode config) {
    Value body = bodies.any(status);
    if (body != null) {
      config.set(field, body.json());
    }
  }

  private void accessLog(Section router) {
    if (router.truth("disable_access_log")) {
      settings.put("access_log", "off");
    }
    List<String> skipped = router.texts("logger_skip_paths");
    if (!skipped.isEmpty()) {
      settings.put("access_log_skip_paths", String.join(",", skipped));
    }
  }

  private void clients(Section router) {
    List<String> trusted = router.texts("trusted_proxies");
    List<String> headers = router.texts("remote_ip_headers");
    if (!trusted.isEmpty()) {
      settings.put("trusted_ips", String.join(",", trusted));
      settings.put("real_ip_header", headers.isEmpty() ? "X-Forwarded-For" : headers.getFirst());
      if (headers.size() > 1) {
        findings.warning(
            router.at("remote_ip_headers"),
            "of 'remote_ip_headers' only " + headers.getFirst() + " is looked at");
      }
    } else if (!headers.isEmpty() || router.truth("forwarded_by_client_ip")) {
      findings.warning(
          router.at(headers.isEmpty() ? "forwarded_by_client_ip" : "remote_ip_headers"),
          "no header tells a client's address without 'trusted_proxies'");
    }
    router.accept("forwarded_by_client_ip");
  }

  private void connections(Section root) {
    millis(root, "idle_timeout", "keepalive_timeout");
    millis(root, "read_header_timeout", "client_header_timeout");
    millis(root, "max_shutdown_wait_time", "shutdown_timeout");
    Integer idle = root.integer("max_idle_connections_per_host");
    if (idle != null && idle > 0) {
      settings.put("upstream_keepalive_pool_size", Integer.toString(idle));
    }
    root.accept("use_h2c");
    root.ignore(
        NO_EFFECT,
        "read_timeout",
        "write_timeout",
        "dialer_timeout",
        "dialer_keep_alive",
        "dialer_fallback_delay",
        "response_header_timeout",
        "expect_continue_timeout",
        "idle_connection_timeout",
        "max_idle_connections",
        "disable_keep_alives",
        "disable_compression");
  }

  private void millis(Section root, String key, String setting) {
    String duration = root.duration(key);
    if (duration != null) {
      long millis = Math.max(1, Durations.nanos(duration) / 1_000_000);
      settings.put(setting, millis + "ms");
    }
  }

  /** Probes name no host that is allowed, and no user agent. */
  private ObjectNode exceptHealth(ObjectNode config) {
    if (!healthPath.isEmpty()) {
      config.put("except_path", healthPath);
    }
    return config;
  }

  private void forAll(Section extra) {
    if (extra.has("security/cors")) {
      document.plugin("cross-origin", CorsKeys.config(extra.section("security/cors")));
    }
    if (extra.has("security/http")) {
      Section http = extra.section("security/http");
      if (!http.truth("is_development")) {
        document.plugin("security-headers", exceptHealth(http.taken(HTTP_KEYS)));
      }
      http.accept(HTTP_KEYS);
      http.finish();
    }
    if (extra.has("security/bot-detector")) {
      document.plugin(
          "bot-detector",
          exceptHealth(BotKeys.config(extra.section("security/bot-detector"), findings)));
    }
    JsonNode limit = TokenBuckets.config(extra.section("qos/ratelimit/service"), findings);
    if (limit != null) {
      document.plugin("token-bucket", limit);
    }
  }

  private static final String[] HTTP_KEYS = {
    "allowed_hosts",
    "allowed_hosts_are_regex",
    "host_proxy_headers",
    "ssl_redirect",
    "ssl_host",
    "ssl_proxy_headers",
    "sts_seconds",
    "sts_include_subdomains",
    "force_sts_header",
    "frame_deny",
    "custom_frame_options_value",
    "content_type_nosniff",
    "browser_xss_filter",
    "content_security_policy",
    "referrer_policy"
  };
}
