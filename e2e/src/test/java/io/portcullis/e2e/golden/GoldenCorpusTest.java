package io.portcullis.e2e.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/**
 * Replays the golden corpus against gateways as processes, on each database engine. {@code
 * -Dgolden.only=GLOB,GLOB} picks scenarios by name; {@code -Dgolden.strict} also replays the
 * excluded ones and fails for those that pass, so that they leave the list.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GoldenCorpusTest {
  /**
   * One I/O thread, as the recording had one worker: only then do log entries of several
   * connections have an order. Kong lets every origin write.
   */
  private static final Map<String, String> TRUSTING =
      Map.of(
          "trusted_ips", "0.0.0.0/0,::/0",
          "real_ip_header", "X-Forwarded-For",
          "io_threads", "1",
          "admin_allowed_origins", "http://a.test,https://b.test,http://gui.test");

  @TempDir private Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final boolean strict = System.getProperty("golden.strict") != null;
  private final Pattern only = glob(System.getProperty("golden.only", "*"));
  private Corpus corpus = new Corpus(Path.of("."), Map.of());
  private TestUpstreams upstreams;

  @BeforeAll
  void load() throws IOException {
    corpus = Corpus.load();
    upstreams = new TestUpstreams();
    running.push(upstreams);
  }

  @AfterAll
  void end() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
    System.out.printf(
        "golden corpus: %d passed, %d failed, %d excluded%n",
        passed.get(), failed.get(), corpus.exclusions().size());
  }

  @Test
  void every_exclusion_names_a_scenario_and_a_reason() throws IOException {
    Set<String> names = new HashSet<>();
    for (String part : List.of("admin", "proxy", "proxy-untrusted", "tutorial")) {
      for (Scenario scenario : corpus.part(part)) {
        names.add(scenario.name());
        for (int step = 1; step <= scenario.steps().size(); step++) {
          names.add(scenario.name() + "#" + step);
        }
      }
    }
    assertThat(names).containsAll(corpus.exclusions().keySet());
    assertThat(corpus.exclusions().values()).allMatch(reason -> !reason.isBlank());
  }

  @TestFactory
  Stream<DynamicNode> answers_like_the_recording_on_h2() throws Exception {
    return onGateways("h2", Map.of(), Map.of());
  }

  @TestFactory
  Stream<DynamicNode> answers_like_the_recording_on_postgres() throws Exception {
    PostgresServer server = PostgresServer.start();
    running.push(server);
    return onGateways("postgres", server.newDatabase(), server.newDatabase());
  }

  /**
   * What is written into one gateway is exported and served by another one that has no database,
   * which also answers what is read. Three kinds of scenarios do not apply: the health of targets
   * belongs to no configuration, no file can have one certificate twice, by a digest that was made
   * up, and tokens of oauth2 are kept in a database.
   */
  @TestFactory
  Stream<DynamicTest> answers_like_the_recording_without_a_database() throws Exception {
    GatewayProcess stored = gateway("declarative-source", TRUSTING);
    Map<String, String> settings = new HashMap<>(TRUSTING);
    settings.put("database", "off");
    GatewayProcess served = gateway("declarative", settings);
    ScenarioRunner runner =
        new ScenarioRunner(
            corpus,
            new GatewayPorts(stored.adminPort(), served.proxyPort(), served.proxyTlsPort()),
            upstreams,
            new Replica(stored.adminPort(), served.adminPort()));
    return Stream.concat(tests("admin", runner).stream(), tests("proxy", runner).stream())
        .filter(
            test ->
                !test.getDisplayName().matches("proxy-.*health.*|proxy-oauth2-.*|ca-certificates"));
  }

  private Stream<DynamicNode> onGateways(
      String engine, Map<String, String> database, Map<String, String> otherDatabase)
      throws IOException, InterruptedException, SQLException {
    Map<String, String> trusting = new HashMap<>(database);
    trusting.putAll(TRUSTING);
    ScenarioRunner trustingGateway = runner(engine, trusting);
    ScenarioRunner plainGateway = runner(engine + "-untrusted", otherDatabase);
    List<DynamicNode> parts = new ArrayList<>();
    for (String part : List.of("admin", "proxy", "tutorial")) {
      parts.add(dynamicContainer(part, tests(part, trustingGateway)));
    }
    parts.add(dynamicContainer("proxy-untrusted", tests("proxy-untrusted", plainGateway)));
    return parts.stream();
  }

  private ScenarioRunner runner(String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    GatewayProcess gateway = gateway(name, settings);
    return new ScenarioRunner(
        corpus,
        new GatewayPorts(gateway.adminPort(), gateway.proxyPort(), gateway.proxyTlsPort()),
        upstreams);
  }

  private GatewayProcess gateway(String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    GatewayProcess gateway =
        GatewayProcess.start(Files.createDirectories(folder.resolve(name)), settings);
    running.push(gateway);
    return gateway;
  }

  private List<DynamicTest> tests(String part, ScenarioRunner runner) throws IOException {
    return corpus.part(part).stream()
        .filter(scenario -> only.matcher(scenario.name()).matches())
        .filter(scenario -> strict || !corpus.excludes(scenario))
        .map(scenario -> dynamicTest(scenario.name(), () -> replay(scenario, runner)))
        .toList();
  }

  private void replay(Scenario scenario, ScenarioRunner runner)
      throws IOException, InterruptedException {
    try {
      runner.run(scenario);
    } catch (AssertionError | IOException | RuntimeException difference) {
      if (!corpus.excludes(scenario)) {
        failed.incrementAndGet();
        throw difference;
      }
      return;
    }
    passed.incrementAndGet();
    if (corpus.excludes(scenario)) {
      throw new AssertionFailedError(scenario.name() + " passes; take it out of excluded.txt");
    }
  }

  private static Pattern glob(String glob) {
    return Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q").replace(",", "\\E|\\Q"));
  }
}
