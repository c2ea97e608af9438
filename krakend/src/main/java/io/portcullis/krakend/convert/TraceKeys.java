package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what a file says of traces into one plugin for every request. All of them go out as OTLP
 * over HTTP, which Jaeger takes as well.
 */
final class TraceKeys {
  private static final String OPENCENSUS = "telemetry/opencensus";
  private static final String OPENTELEMETRY = "telemetry/opentelemetry";
  private static final String NO_EFFECT = "has no effect here";
  private static final String OTLP_PATH = "/v1/traces";
  private static final int OTLP_PORT = 4318;
  private static final int GRPC_PORT = 4317;
  private static final int WHOLE = 100;

  /** What the plugin does unless told otherwise; a delay of its own must say it too. */
  private static final int BATCH = 200;

  private static final double LONGEST_DELAY = 3600;

  private TraceKeys() {}

  static void convert(
      Section extra, Document document, Map<String, String> settings, Findings findings) {
    ObjectNode config = null;
    if (extra.has(OPENTELEMETRY)) {
      config = openTelemetry(extra.section(OPENTELEMETRY), settings, findings);
      if (extra.any(OPENCENSUS) != null) {
        findings.mistake(
            extra.at(OPENCENSUS), "'" + OPENCENSUS + "' has no effect beside " + OPENTELEMETRY);
      }
    } else if (extra.has(OPENCENSUS)) {
      config = openCensus(extra.section(OPENCENSUS), settings, findings);
    }
    if (config != null) {
      document.plugin("opentelemetry", config);
    }
  }

  private static @Nullable ObjectNode openCensus(
      Section census, Map<String, String> settings, Findings findings) {
    Double percent = census.number("sample_rate");
    double rate = percent == null ? 0 : percent / WHOLE;
    if (census.has("enabled_layers")) {
      Section layers = census.section("enabled_layers");
      layers(layers.truth("router"), layers.truth("pipe"), layers.truth("backend"), settings);
      layers.finish();
    }
    Double period = census.number("reporting_period");
    if (rate <= 0) {
      findings.warning(
          census.at("sample_rate"), "without a 'sample_rate' above 0 nothing is traced");
    }
    Section exporters = census.section("exporters");
    Section jaeger = exporters.section("jaeger");
    String endpoint = jaeger.text("endpoint", "");
    String service = jaeger.text("service_name", "");
    jaeger.ignore("has no effect here: traces go to a collector", "agent_endpoint");
    jaeger.ignore(NO_EFFECT, "buffer_max_count");
    jaeger.finish();
    exporters.ignore(
        NO_EFFECT,
        "zipkin",
        "prometheus",
        "influxdb",
        "logger",
        "stackdriver",
        "xray",
        "datadog",
        "ocagent");
    exporters.finish();
    census.finish();
    if (endpoint.isEmpty()) {
      findings.warning(
          census.at("exporters"), "'" + OPENCENSUS + "' sends traces to jaeger's 'endpoint' alone");
      return null;
    }
    String address = collector(endpoint);
    if (address == null) {
      findings.error(jaeger.at("endpoint"), "'endpoint': expected a URL, got '" + endpoint + "'");
      return null;
    }
    findings.warning(
        jaeger.at("endpoint"), "'endpoint': traces go to " + address + ", where Jaeger takes OTLP");
    ObjectNode config = config(address, rate);
    attribute(config, "service.name", service);
    // B3 is what is spoken there; W3C's is for what has been renewed since.
    propagation(config, List.of("b3", "w3c"), List.of("b3", "w3c"));
    if (period != null && period > 0) {
      config
          .putObject("queue")
          .put("max_batch_size", BATCH)
          .put("max_coalescing_delay", Math.min(period, LONGEST_DELAY));
    }
    return config;
  }

  private static @Nullable ObjectNode openTelemetry(
      Section telemetry, Map<String, String> settings, Findings findings) {
    telemetry.ignore(NO_EFFECT, "metric_reporting_period", "skip_paths");
    Double share = telemetry.number("trace_sample_rate");
    double rate = share == null ? 1 : share;
    Section layers = telemetry.section("layers");
    boolean deaf = layers.section("global").truth("disable_propagation");
    layers(
        !layers.section("global").truth("disable_traces"),
        !layers.section("proxy").truth("disable_traces"),
        !layers.section("backend").section("traces").truth("disable_stage"),
        settings);
    String service = telemetry.text("service_name", "");
    String version = telemetry.text("service_version", "");
    String environment = telemetry.text("deploy_env", "");
    Section exporters = telemetry.section("exporters");
    exporters.ignore("has no effect here: there is /metrics of the gateway", "prometheus");
    List<Section> collectors = exporters.sections("otlp", "otlp");
    exporters.finish();
    telemetry.finish();
    String address = null;
    for (Section collector : collectors) {
      boolean traces = !collector.truth("disable_traces");
      String url = url(collector, findings);
      collector.accept("name", "disable_metrics");
      collector.ignore(NO_EFFECT, "custom_metric_reporting_period");
      collector.finish();
      if (traces && address == null) {
        address = url;
      } else if (traces) {
        findings.warning(collector.at(), "traces go to the first of 'otlp' alone");
      }
    }
    if (address == null) {
      return null;
    }
    ObjectNode config = config(address, rate);
    attribute(config, "service.name", service);
    attribute(config, "service.version", version);
    attribute(config, "deployment.environment", environment);
    // There too the backends hear of the trace even if the client's is not gone on with.
    propagation(config, deaf ? List.of() : List.of("w3c"), List.of("w3c"));
    return config;
  }

  /** Where one of the collectors takes OTLP over HTTP; null when it has no host. */
  private static @Nullable String url(Section collector, Findings findings) {
    String host = collector.text("host", "");
    Integer port = collector.integer("port");
    boolean http = collector.truth("use_http");
    Position at = collector.at();
    if (host.isEmpty()) {
      findings.error(at, "'otlp' without 'host'");
      return null;
    }
    int used = port == null || port < 1 ? GRPC_PORT : port;
    if (!http) {
      used = used == GRPC_PORT ? OTLP_PORT : used;
      findings.warning(
          at, "traces go over HTTP to port " + used + " of " + host + ", not over gRPC");
    }
    String literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return "http://" + literal + ":" + used + OTLP_PATH;
  }

  /** Where the Jaeger of a collector's URL takes OTLP; null for what is no URL. */
  private static @Nullable String collector(String endpoint) {
    try {
      URI uri = new URI(endpoint);
      return uri.getHost() == null || uri.getScheme() == null
          ? null
          : uri.getScheme() + "://" + uri.getHost() + ":" + OTLP_PORT + OTLP_PATH;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static ObjectNode config(String address, double rate) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("traces_endpoint", address);
    config.put("sampling_rate", Math.clamp(rate, 0.0, 1.0));
    return config;
  }

  /** Tells which spans there are, unless there are all. */
  private static void layers(
      boolean router, boolean pipe, boolean backend, Map<String, String> settings) {
    if (router && pipe && backend) {
      return;
    }
    List<String> names = new ArrayList<>();
    if (router) {
      names.add("request");
    }
    if (pipe) {
      names.add("plugin_access");
    }
    if (backend) {
      names.addAll(List.of("balancer", "http_client"));
    }
    settings.put("tracing_instrumentations", names.isEmpty() ? "off" : String.join(",", names));
  }

  private static void propagation(ObjectNode config, List<String> extract, List<String> inject) {
    ObjectNode propagation = config.putObject("propagation");
    extract.forEach(propagation.putArray("extract")::add);
    inject.forEach(propagation.putArray("inject")::add);
    propagation.put("default_format", inject.getFirst());
  }

  private static void attribute(ObjectNode config, String name, String value) {
    if (!value.isEmpty()) {
      config.withObjectProperty("resource_attributes").put(name, value);
    }
  }
}
