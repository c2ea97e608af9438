package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import io.portcullis.krakend.file.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a whole file into a declarative document. For one thread and one file. */
public final class RootConverter {
  private static final int VERSION = 3;
  private static final String NO_EFFECT = "has no effect here";

  private final Surroundings around;
  private final Findings findings = new Findings();
  private final Document document = new Document();
  private final Map<String, String> settings = new TreeMap<>();

  private RootConverter(Surroundings around) {
    this.around = around;
  }

  /** Converts a file; what is wrong with it is among the findings. */
  public static Converted convert(Value.Fields file, Surroundings around) {
    RootConverter converter = new RootConverter(around);
    converter.root(
        new Section(RootVariables.applied(file, around.environment()), "", converter.findings));
    return new Converted(
        converter.document.json(),
        converter.settings,
        converter.findings.list(),
        converter.document.places());
  }

  private void root(Section root) {
    Integer version = root.integer("version");
    if (version == null || version != VERSION) {
      findings.error(
          root.at("version"),
          "unsupported version: " + (version == null ? 0 : version) + " (want: " + VERSION + ")");
    }
    Section extra = root.section("extra_config");
    Section router = extra.section("router");
    boolean hidden = router.truth("hide_version_header");
    String told = "Version " + (hidden ? "undefined" : around.version());
    Map<String, String> headers = Map.of("X-Krakend", told);
    Section tls = root.section("client_tls");
    boolean insecureRoot = root.truth("allow_insecure_connections");
    boolean insecure = tls.truth("allow_insecure_connections") || insecureRoot;
    tls.ignore(NO_EFFECT, "ca_certs", "disable_system_ca_pool", "client_certs", "cipher_suites");
    String timeout = root.duration("timeout");
    String ttl = root.duration("cache_ttl");
    Inherited inherited =
        new Inherited(
            root.texts("host"),
            timeout == null ? "2s" : timeout,
            ttl == null ? "0s" : ttl,
            root.text("output_encoding", "json"),
            !insecure,
            root.truth("disable_rest"),
            router.truth("return_error_msg"),
            "KrakenD " + told,
            headers);
    List<EndpointConverter.Endpoint> endpoints = endpoints(root, inherited);
    new ServiceConverter(document, settings, findings, around)
        .convert(root, extra, router, endpoints, headers);
    root.accept("name", "sequential_start");
    root.ignore("has no effect: plugins in Go cannot be loaded", "plugin");
    root.ignore(NO_EFFECT, "async_agent", "dns_cache_ttl", "max_header_bytes");
    root.finish();
  }

  private List<EndpointConverter.Endpoint> endpoints(Section root, Inherited inherited) {
    EndpointConverter converter = new EndpointConverter(inherited, document, findings);
    List<EndpointConverter.Endpoint> endpoints = new ArrayList<>();
    Map<String, Position> seen = new HashMap<>();
    for (Section section : root.sections("endpoints", "endpoint")) {
      EndpointConverter.Endpoint endpoint = converter.endpoint(section);
      if (endpoint == null) {
        continue;
      }
      Position before =
          seen.putIfAbsent(
              endpoint.method() + " " + endpoint.path().shape(), section.at("endpoint"));
      if (before != null) {
        findings.error(
            section.at("endpoint"),
            "endpoint "
                + endpoint.method()
                + " "
                + endpoint.path()
                + " is there already, in line "
                + before.line());
        continue;
      }
      endpoints.add(endpoint);
    }
    List<String> ranks =
        new ArrayList<>(
            new TreeSet<>(
                endpoints.stream().map(endpoint -> endpoint.path().particularity()).toList()));
    endpoints.sort(
        Comparator.comparing((EndpointConverter.Endpoint endpoint) -> endpoint.section().at()));
    for (EndpointConverter.Endpoint endpoint : endpoints) {
      converter.convert(endpoint, ranks.indexOf(endpoint.path().particularity()) + 1);
    }
    return endpoints;
  }
}
