package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns backends of an endpoint into those of {@code composition}. For one thread. */
final class BackendConverter {
  private static final Set<String> ENCODINGS =
      Set.of("json", "safejson", "string", "xml", "rss", "yaml", "no-op");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");
  private static final Pattern OWN_SOURCE =
      Pattern.compile("[rR]esp\\d+(_.*)?|JWT\\..+|input_headers\\..+|input_query_strings\\..+");

  private final Inherited inherited;
  private final Findings findings;

  BackendConverter(Inherited inherited, Findings findings) {
    this.inherited = inherited;
    this.findings = findings;
  }

  /** Adds a backend; what of it cannot be served goes into {@code unserved}. */
  void convert(
      Section backend, String method, EndpointPath endpoint, ArrayNode all, List<String> unserved) {
    ObjectNode config = all.addObject();
    List<String> hosts = backend.texts("host");
    if (hosts.isEmpty()) {
      hosts = inherited.hosts();
    }
    if (hosts.isEmpty()) {
      findings.error(backend.at(), "backend without 'host', and the root has none");
    }
    ArrayNode host = config.putArray("host");
    hosts.forEach(host::add);
    String pattern = backend.text("url_pattern", "/");
    checkPlaceholders(backend, pattern, endpoint);
    config.put("url_pattern", pattern);
    config.put("method", backend.text("method", method).toUpperCase(Locale.ROOT));
    String encoding = Section.lower(backend.text("encoding", "json"));
    if (!ENCODINGS.contains(encoding)) {
      if (!encoding.equals("fast-json")) {
        findings.mistake(
            backend.at("encoding"), "unknown encoding '" + encoding + "' counts as json");
      }
      encoding = "json";
    }
    config.put("encoding", encoding);
    if (backend.truth("is_collection")) {
      config.put("is_collection", true);
    }
    copyText(backend, "target", config);
    copyText(backend, "group", config);
    copyTexts(backend, "allow", config);
    copyTexts(backend, "deny", config);
    copyTexts(backend, "input_headers", config);
    copyTexts(backend, "input_query_strings", config);
    Section mapping = backend.section("mapping");
    if (!mapping.members().isEmpty()) {
      ObjectNode names = config.putObject("mapping");
      for (Value.Member member : mapping.members()) {
        String to = mapping.text(member.name());
        if (to != null) {
          names.put(member.name(), to);
        }
      }
    }
    String discovery = Section.lower(backend.text("sd", "static"));
    if (discovery.equals("dns")) {
      config.put("sd", "dns");
    } else if (!discovery.equals("static")) {
      findings.mistake(backend.at("sd"), "unknown 'sd' '" + discovery + "' counts as static");
    }
    copyText(backend, "sd_scheme", config);
    if (backend.truth("disable_host_sanitize")) {
      config.put("disable_host_sanitize", true);
    }
    if (!inherited.verifyTls()) {
      config.put("verify_tls", false);
    }
    backend.accept("timeout");
    Section extra = backend.section("extra_config");
    if (extra.has("backend/graphql")) {
      GraphQlKeys.take(extra.section("backend/graphql"), knownNames(endpoint), config, findings);
    }
    extra(extra, config, unserved);
    backend.finish();
  }

  private void extra(Section extra, ObjectNode config, List<String> unserved) {
    Section http = extra.section("backend/http");
    copyText(http, "return_error_details", config);
    if (http.truth("return_error_code") && !config.has("return_error_details")) {
      config.put("return_error_code", true);
    }
    http.finish();
    Section client = extra.section("backend/http/client");
    if (client.truth("send_body_on_redirect")) {
      config.put("send_body_on_redirect", true);
    }
    Section tls = client.section("client_tls");
    if (tls.truth("allow_insecure_connections")) {
      config.put("verify_tls", false);
    }
    client.ignore("has no effect here", "no_redirect", "proxy_address", "client_tls");
    client.finish();
    Value martian = extra.any("modifier/martian");
    if (martian instanceof Value.Fields modifier && modifier.get("static.Modifier") != null) {
      findings.warning(
          extra.at("modifier/martian"), "'static.Modifier' serves files and is left out");
    } else if (martian != null) {
      config.set("martian", Comments.without(martian));
    }
    List<Section> checks = extra.sections("validation/cel", "validation/cel");
    if (!checks.isEmpty()) {
      CelKeys.take(checks, config.putArray("cel"), findings);
    }
    if (extra.has("qos/http-cache")) {
      Section cache = extra.section("qos/http-cache");
      config.set("http_cache", cache.taken("shared", "max_size", "max_items"));
      cache.finish();
    }
    if (extra.has("qos/circuit-breaker")) {
      Section breaker = extra.section("qos/circuit-breaker");
      config.set(
          "circuit_breaker",
          breaker.taken("name", "interval", "timeout", "max_errors", "log_status_change"));
      breaker.finish();
    }
    Section limit = extra.section("qos/ratelimit/proxy");
    ObjectNode rate = limit.taken("max_rate", "capacity", "every");
    if (rate.path("max_rate").asDouble(0) > 0) {
      config.set("rate_limit", rate);
    }
    limit.finish();
    Section proxy = extra.section("proxy");
    flatmap(proxy, config);
    if (proxy.truth("shadow")) {
      config.put("shadow", true);
    }
    String timeout = proxy.duration("shadow_timeout");
    if (timeout != null) {
      config.put("shadow_timeout", timeout);
    }
    proxy.finish();
    Namespaces.rest(extra, findings, unserved);
  }

  /** Takes operations on arrays over. */
  static void flatmap(Section proxy, ObjectNode config) {
    List<Section> operations = proxy.sections("flatmap_filter", "flatmap_filter");
    if (!operations.isEmpty()) {
      ArrayNode steps = config.putArray("flatmap_filter");
      for (Section operation : operations) {
        ObjectNode step = steps.addObject();
        step.put("type", operation.text("type", ""));
        ArrayNode arguments = step.putArray("args");
        operation.texts("args").forEach(arguments::add);
        operation.finish();
      }
    }
  }

  private void checkPlaceholders(Section backend, String pattern, EndpointPath endpoint) {
    Predicate<String> known = knownNames(endpoint);
    Matcher placeholder = PLACEHOLDER.matcher(pattern);
    while (placeholder.find()) {
      String name = placeholder.group(1);
      if (!known.test(name)) {
        findings.error(
            backend.at("url_pattern"),
            "undefined output param '" + name + "'! endpoint: " + endpoint);
      }
    }
  }

  private static Predicate<String> knownNames(EndpointPath endpoint) {
    return name ->
        endpoint.names().contains(name)
            || name.equals("wildcard")
            || OWN_SOURCE.matcher(name).matches();
  }

  private static void copyText(Section from, String key, ObjectNode to) {
    String text = from.text(key);
    if (text != null && !text.isEmpty()) {
      to.put(key, text);
    }
  }

  static void copyTexts(Section from, String key, ObjectNode to) {
    List<String> texts = from.texts(key);
    if (!texts.isEmpty()) {
      ArrayNode array = to.putArray(key);
      texts.forEach(array::add);
    }
  }
}
