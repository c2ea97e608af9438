package io.portcullis.e2e.golden;

import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Replays scenarios against one gateway, each from an empty configuration. */
final class ScenarioRunner {
  /** What refers to another entity is deleted before it. */
  private static final List<String> COLLECTIONS =
      List.of(
          "plugins",
          "routes",
          "services",
          "consumers",
          "upstreams",
          "snis",
          "certificates",
          "ca_certificates",
          "vaults",
          "keys",
          "key-sets");

  private static final int PAGE = 1000;

  private final Corpus corpus;
  private final GatewayPorts ports;
  private final TestUpstreams upstreams;
  private final @Nullable Replica replica;
  private final InstantSource clock = InstantSource.system();
  private final JsonMapper json = JsonMapper.shared();

  ScenarioRunner(Corpus corpus, GatewayPorts ports, TestUpstreams upstreams) {
    this(corpus, ports, upstreams, null);
  }

  /**
   * @param replica is brought up to date before each request to the proxy
   */
  ScenarioRunner(
      Corpus corpus, GatewayPorts ports, TestUpstreams upstreams, @Nullable Replica replica) {
    this.corpus = corpus;
    this.ports = ports;
    this.upstreams = upstreams;
    this.replica = replica;
  }

  /** Fails with an {@link AssertionError} that names the step and the difference. */
  void run(Scenario scenario) throws IOException, InterruptedException {
    if (scenario.usesUpstreams()) {
      upstreams.forget();
    }
    wipe();
    Variables variables = new Variables();
    variables.save("proxy_port", JsonNodeFactory.instance.numberNode(ports.proxy()));
    variables.save("proxy_tls_port", JsonNodeFactory.instance.numberNode(ports.proxyTls()));
    int number = 0;
    for (Scenario.Step step : scenario.steps()) {
      number++;
      boolean mayDiffer = step.quirk() || corpus.excludes(scenario, number);
      try {
        run(mayDiffer ? step.unchecked() : step, variables);
      } catch (Mismatch mismatch) {
        if (!mayDiffer) {
          throw new AssertionError(
              scenario.name()
                  + ", step "
                  + number
                  + ", "
                  + describe(step)
                  + ": "
                  + mismatch.getMessage(),
              mismatch);
        }
      }
    }
  }

  private static String describe(Scenario.Step step) {
    JsonNode request = step.request().orElse(JsonNodeFactory.instance.objectNode());
    return (step.https() ? "https " : step.via() + " ")
        + request.path("method").asString("GET")
        + " "
        + request.path("path").asString("(pause)");
  }

  private void run(Scenario.Step step, Variables variables)
      throws Mismatch, IOException, InterruptedException {
    // The recording has its pauses where Kong applies a change late; they are part of the scenario.
    Thread.sleep(step.pause());
    if (step.request().isEmpty()) {
      return;
    }
    if (replica != null && (step.https() || step.via().equals("proxy"))) {
      replica.follow();
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < step.repeat(); i++) {
      WireAnswer answer = askUntilRight(step, variables);
      if (step.tally().isPresent()) {
        counts.merge(tallied(step.tally().get().of(), answer), 1, Integer::sum);
      }
      for (Map.Entry<String, String> saved : step.save().entrySet()) {
        variables.save(saved.getKey(), value(saved.getValue(), answer));
      }
    }
    if (step.tally().isPresent()) {
      ObjectNode got = JsonNodeFactory.instance.objectNode();
      counts.forEach(got::put);
      new JsonComparison(variables, clock).check(variables.fill(step.tally().get().counts()), got);
    }
  }

  private WireAnswer askUntilRight(Scenario.Step step, Variables variables)
      throws Mismatch, InterruptedException {
    Duration limit = step.waitUntil().map(Scenario.Patience::limit).orElse(Duration.ZERO);
    long start = System.nanoTime();
    while (true) {
      Mismatch mismatch;
      try {
        WireAnswer answer = ask(step, variables);
        check(step, answer, variables);
        return answer;
      } catch (Mismatch difference) {
        mismatch = difference;
      } catch (IOException failure) {
        mismatch = new Mismatch("connection", "an answer", failure);
      }
      if (System.nanoTime() - start >= limit.toNanos()) {
        throw mismatch;
      }
      Thread.sleep(step.waitUntil().orElseThrow().every());
    }
  }

  private WireAnswer ask(Scenario.Step step, Variables variables) throws IOException, Mismatch {
    JsonNode request = variables.fill(step.request().orElseThrow());
    int port =
        replica != null && step.via().equals("admin")
            ? replica.admin(
                request.path("method").asString("GET"), request.path("path").asString(""))
            : ports.of(step);
    try (WireConnection connection =
        step.https()
            ? WireConnection.openTls(port, step.serverName().orElse(null), step.timeout())
            : WireConnection.open(port, step.timeout())) {
      WireAnswer answer = connection.exchange(StepRequest.of(request, port, step.exactHeaders()));
      if (answer.status() == 101 && step.frames().isPresent()) {
        exchangeFrames(connection, step.frames().get(), variables);
      }
      return answer;
    }
  }

  private void exchangeFrames(
      WireConnection connection, Scenario.Frames frames, Variables variables)
      throws IOException, Mismatch {
    for (String text : frames.send()) {
      connection.sendText(variables.fill(text));
    }
    for (JsonNode expected : frames.expect()) {
      WebSocketFrame frame = connection.readFrame();
      String text = new String(frame.payload(), StandardCharsets.UTF_8);
      new JsonComparison(variables, clock)
          .check(expected, JsonNodeFactory.instance.stringNode(text));
    }
  }

  private void check(Scenario.Step step, WireAnswer answer, Variables variables) throws Mismatch {
    JsonNode wanted = step.response();
    JsonNode status = wanted.path("status");
    boolean statusFits =
        status.isArray()
            ? status.valueStream().anyMatch(allowed -> allowed.intValue() == answer.status())
            : status.isMissingNode() || status.intValue() == answer.status();
    if (!statusFits) {
      throw new Mismatch("status", status, answer.status() + " " + answer.text());
    }
    for (Map.Entry<String, JsonNode> header : wanted.path("headers").properties()) {
      checkHeader(header.getKey(), header.getValue(), answer, variables);
    }
    if (wanted.path("empty").asBoolean(false) && answer.body().length > 0) {
      throw new Mismatch("body", "(empty)", answer.text());
    }
    if (wanted.has("text")) {
      new JsonComparison(variables, clock)
          .check(wanted.get("text"), JsonNodeFactory.instance.stringNode(answer.text()));
    }
    if (wanted.has("body_b64")) {
      String got = Base64.getEncoder().encodeToString(answer.body());
      if (!got.equals(wanted.get("body_b64").stringValue())) {
        throw new Mismatch("body", wanted.get("body_b64"), got);
      }
    }
    if (wanted.has("json")) {
      new JsonComparison(variables, clock, step.unordered(), step.ignored(), step.optional())
          .check(wanted.get("json"), parsed(answer));
    }
  }

  private void checkHeader(String name, JsonNode expected, WireAnswer answer, Variables variables)
      throws Mismatch {
    List<String> values = answer.header(name);
    if (JsonComparison.isAbsent(expected)) {
      if (!values.isEmpty()) {
        throw new Mismatch("header " + name, "(absent)", values);
      }
      return;
    }
    if (values.isEmpty()) {
      throw new Mismatch("header " + name, expected, "(absent)");
    }
    JsonNode got;
    if (expected.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      values.forEach(list::add);
      got = list;
    } else {
      got = JsonNodeFactory.instance.stringNode(String.join(", ", values));
    }
    try {
      new JsonComparison(variables, clock).check(expected, got);
    } catch (Mismatch difference) {
      throw new Mismatch("header " + name, expected, values);
    }
  }

  private JsonNode parsed(WireAnswer answer) throws Mismatch {
    try {
      return json.readTree(answer.body());
    } catch (JacksonException notJson) {
      throw new Mismatch("body", "JSON", answer.text());
    }
  }

  private String tallied(String what, WireAnswer answer) throws Mismatch {
    return switch (what) {
      case "status" -> Integer.toString(answer.status());
      case "text" -> answer.text();
      default -> value(what, answer).asString();
    };
  }

  private JsonNode value(String where, WireAnswer answer) throws Mismatch {
    String header = header(where);
    return header != null
        ? JsonNodeFactory.instance.stringNode(String.join(", ", answer.header(header)))
        : ValuePath.parse(where).in(parsed(answer));
  }

  private static @Nullable String header(String where) {
    return where.toLowerCase(Locale.ROOT).startsWith("header:") ? where.substring(7) : null;
  }

  /**
   * Empties the gateway through its Admin API; collections that it does not have are passed over.
   */
  private void wipe() throws IOException {
    for (String collection : COLLECTIONS) {
      int found = PAGE;
      while (found == PAGE) {
        WireAnswer listing = admin("GET", "/" + collection + "?size=" + PAGE);
        if (listing.status() != 200) {
          break;
        }
        JsonNode entities = json.readTree(listing.body()).path("data");
        for (JsonNode entity : entities) {
          String path = "/" + collection + "/" + entity.path("id").asString();
          WireAnswer answer = admin("DELETE", path);
          if (answer.status() != 204 && answer.status() != 404) {
            throw new AssertionError(
                "DELETE " + path + ": " + answer.status() + " " + answer.text());
          }
        }
        found = entities.size();
      }
    }
  }

  private WireAnswer admin(String method, String path) throws IOException {
    ObjectNode request =
        JsonNodeFactory.instance.objectNode().put("method", method).put("path", path);
    try (WireConnection connection = WireConnection.open(ports.admin(), Duration.ofSeconds(15))) {
      return connection.exchange(StepRequest.of(request, ports.admin(), false));
    }
  }
}
