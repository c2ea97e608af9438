package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * decK, Kong's declarative client, against a gateway. It is not part of the build: the tests run
 * where a program {@code deck} is on the PATH.
 */
final class DeckTest {
  private static final int SERVICES = 500;
  private static final int ROUTES_PER_SERVICE = 2;
  private static final int CONSUMERS = 200;
  private static final int ENTITIES = 2200;

  /** A certificate with two server names, and an authority. */
  private static final int TLS_ENTITIES = 4;

  /** A consumer with a credential of each kind and two groups. */
  private static final int CREDENTIAL_ENTITIES = 6;

  private static final int UPSTREAMS = 25;
  private static final int TARGETS_PER_UPSTREAM = 3;

  private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);

  private static final String RATE_LIMITING =
      """
        plugins:
        - name: rate-limiting
          config:
            minute: 5
            policy: local
      """;

  private static final String IP_RESTRICTION =
      """
        plugins:
        - name: ip-restriction
          config:
            allow: ["10.0.0.0/8", "::1"]
      """;

  @TempDir private Path folder;

  @BeforeAll
  static void look_for_deck() {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, "deck"))),
        "no program deck on the PATH");
  }

  @Test
  void syncs_2200_entities_into_h2_and_finds_no_difference() throws Exception {
    goesRound(Map.of());
  }

  @Test
  void syncs_2200_entities_into_postgres_and_finds_no_difference() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      goesRound(server.newDatabase());
    }
  }

  @Test
  void a_dump_is_served_without_a_database() throws Exception {
    Path file = Files.writeString(folder.resolve("kong.yaml"), declaration());
    Path dump = folder.resolve("dump.yaml");
    Path selected = folder.resolve("selected.yaml");
    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("stored"), Map.of())) {
      deck(gateway, "sync", "--parallelism", "10", file.toString());
      deck(gateway, "dump", "--output-file", dump.toString());
      deck(gateway, "dump", "--select-tag", "generated", "--output-file", selected.toString());
    }
    assertThat(Files.readString(selected)).contains("select_tags:");
    for (Path served : List.of(dump, selected)) {
      Path prefix = folder.resolve("served-" + served.getFileName());
      try (GatewayProcess gateway =
          GatewayProcess.start(
              prefix, Map.of("database", "off", "declarative_config", served.toString()))) {
        assertNoDifference(gateway, served);
      }
    }
  }

  /** What a pipeline does to files before it syncs them, with every entity and plugin in them. */
  @Test
  void what_its_file_commands_make_is_valid_goes_round_and_is_reset() throws Exception {
    String everything = copy("everything.yaml");
    StringBuilder certificates = new StringBuilder("_format_version: \"3.0\"\n");
    certificates(certificates);
    String secured = folder.resolve("secured.yaml").toString();
    Files.writeString(Path.of(secured), certificates);
    String rules =
        Files.writeString(
                folder.resolve("rules.yaml"),
                """
                rules:
                  named:
                    given: $.services[*]
                    severity: error
                    then: {field: name, function: truthy}
                """)
            .toString();
    deckFile("openapi2kong", "-s", copy("pets-api.yaml"), "-o", in("pets.yaml"));
    deckFile("add-tags", "-s", everything, "-o", in("tagged.yaml"), "team-a");
    String facts = "$..services[?(@.name=='facts')]";
    deckFile(
        "patch",
        "-s",
        in("tagged.yaml"),
        "-o",
        in("patched.yaml"),
        "--selector",
        facts,
        "--value",
        "read_timeout:1000");
    String plugin = "{\"name\":\"request-termination\",\"enabled\":false}";
    deckFile(
        "add-plugins",
        "-s",
        in("patched.yaml"),
        "-o",
        in("added.yaml"),
        "--selector",
        "$.services[*]",
        "--config",
        plugin);
    deckFile("namespace", "-s", in("added.yaml"), "-o", in("spaced.yaml"), "--path-prefix", "/t1");
    deckFile("merge", in("spaced.yaml"), in("pets.yaml"), secured, "-o", in("merged.yaml"));
    deckFile("render", in("merged.yaml"), "-o", in("rendered.yaml"));
    deckFile("remove-tags", "-s", in("rendered.yaml"), "-o", in("final.yaml"), "kept");
    deckFile("lint", "-s", in("final.yaml"), rules);
    deckFile("validate", in("final.yaml"));
    assertThat(deckFile("list-tags", "-s", in("final.yaml"))).contains("team-a");

    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("gateway"), Map.of())) {
      deck(gateway, "validate", in("final.yaml"));
      assertThat(deck(gateway, "sync", in("final.yaml"))).contains("Created: 50");
      assertNoDifference(gateway, Path.of(in("final.yaml")));
      deck(gateway, "dump", "--output-file", in("dump.yaml"));
      deck(gateway, "validate", in("dump.yaml"));
      assertNoDifference(gateway, Path.of(in("dump.yaml")));
      assertThat(deck(gateway, "reset", "--force")).contains("Deleted: 50");
      assertThat(AdminCall.get(gateway, "/services").text()).contains("\"data\":[]");
      assertThat(deck(gateway, "sync", in("dump.yaml"))).contains("Created: 50");
    }
  }

  private String in(String file) {
    return folder.resolve(file).toString();
  }

  private String copy(String resource) throws IOException {
    try (InputStream content = DeckTest.class.getResourceAsStream("deck/" + resource)) {
      Files.copy(content, folder.resolve(resource));
    }
    return in(resource);
  }

  private void goesRound(Map<String, String> database) throws Exception {
    Path file = Files.writeString(folder.resolve("kong.yaml"), declaration());
    Path dump = folder.resolve("dump.yaml");
    try (GatewayProcess gateway = GatewayProcess.start(folder, database)) {
      assertThat(deck(gateway, "ping")).contains("Successfully connected");
      long begin = System.nanoTime();
      String said = deck(gateway, "sync", "--parallelism", "10", file.toString());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(said).contains("Created: " + ENTITIES).contains("Updated: 0");
      System.out.println("decK: " + ENTITIES + " entities in " + took.toMillis() + " ms");
      assertThat(took).isLessThan(SYNC_LIMIT);
      assertNoDifference(gateway, file);
      deck(gateway, "dump", "--output-file", dump.toString());
      assertNoDifference(gateway, dump);
      assertThat(Files.readString(dump))
          .contains("service-499")
          .contains("key-199")
          .contains("10.0.24.2:8000");

      Path fewer = folder.resolve("fewer.yaml");
      Files.writeString(
          fewer,
          declaration()
              .replace("port: 8001", "port: 8002")
              .replace("'10.0.3.2:8000', weight: 2", "'10.0.3.2:8000', weight: 9"));
      assertThat(deck(gateway, "sync", fewer.toString())).contains("Updated: 2");
      Path none = Files.writeString(folder.resolve("none.yaml"), "_format_version: \"3.0\"\n");
      assertThat(deck(gateway, "sync", "--parallelism", "10", none.toString()))
          .contains("Deleted: " + ENTITIES);
    }
    try (Stream<String> lines = Files.lines(folder.resolve("prefix/logs/error.log"))) {
      assertThat(lines.filter(line -> line.contains("[error]"))).isEmpty();
    }
  }

  private void assertNoDifference(GatewayProcess gateway, Path file) throws Exception {
    assertThat(deck(gateway, "diff", file.toString()))
        .contains("Created: 0")
        .contains("Updated: 0")
        .contains("Deleted: 0");
  }

  private String deck(GatewayProcess gateway, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("gateway"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--kong-addr", "http://127.0.0.1:" + gateway.adminPort()));
    return run(all);
  }

  private String deckFile(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("file"));
    all.addAll(List.of(arguments));
    return run(all);
  }

  /** What decK says, all of it; a failure of a request makes it exit with another code than 0. */
  private String run(List<String> arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("deck-output");
    ProcessBuilder builder = new ProcessBuilder("deck", "--analytics=false");
    builder.command().addAll(arguments);
    builder.environment().put("HOME", folder.toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static String declaration() throws IOException {
    StringBuilder text = new StringBuilder("_format_version: \"3.0\"\nservices:\n");
    int plugins =
        ENTITIES
            - SERVICES
            - SERVICES * ROUTES_PER_SERVICE
            - 2 * CONSUMERS
            - TLS_ENTITIES
            - CREDENTIAL_ENTITIES
            - UPSTREAMS * (1 + TARGETS_PER_UPSTREAM);
    for (int i = 0; i < SERVICES; i++) {
      service(text, i, i < plugins);
    }
    text.append("consumers:\n");
    for (int i = 0; i < CONSUMERS; i++) {
      text.append(
          """
          - username: consumer-%d
            custom_id: c-%d
            jwt_secrets:
            - key: key-%d
              secret: secret-%d-0123456789abcdef0123456789abcdef
              algorithm: HS256
          """
              .formatted(i, i, i, i));
    }
    text.append(
        """
        - username: keeper
          keyauth_credentials: [{key: of-the-keeper, tags: [generated]}]
          basicauth_credentials: [{username: keeper, password: of-the-keeper}]
          hmacauth_credentials: [{username: keeper, secret: of-the-keeper}]
          acls: [{group: keepers}, {group: others}]
        """);
    certificates(text);
    upstreams(text);
    return text.toString();
  }

  private static void certificates(StringBuilder text) throws IOException {
    text.append("certificates:\n- id: 7fca84d6-7d37-4a74-a7b0-93e576089a41\n  cert: |\n")
        .append(pem("rsa.pem"));
    text.append("  key: |\n").append(pem("rsa.key"));
    text.append("  snis:\n  - name: a.example.com\n  - name: '*.example.org'\n");
    text.append("ca_certificates:\n- cert: |\n").append(pem("authority.pem"));
  }

  private static void upstreams(StringBuilder text) {
    text.append("upstreams:\n");
    for (int i = 0; i < UPSTREAMS; i++) {
      text.append(
          """
          - name: upstream-%d.internal
            algorithm: %s
            hash_on: %s
            tags: [team-%d, generated]
            healthchecks:
              threshold: %d
              active:
                http_path: /health
                healthy: {interval: 5, successes: 2}
            targets:
          """
              .formatted(
                  i,
                  i % 2 == 0 ? "consistent-hashing" : "least-connections",
                  i % 2 == 0 ? "ip" : "none",
                  i % 7,
                  i));
      for (int target = 0; target < TARGETS_PER_UPSTREAM; target++) {
        text.append("  - {target: '10.0.%d.%d:8000', weight: %d}\n".formatted(i, target, target));
      }
    }
  }

  private static String pem(String file) throws IOException {
    Path folder = Repository.root().resolve("admin-api/src/test/resources/certificates");
    return Files.readString(folder.resolve(file)).indent(4);
  }

  private static void service(StringBuilder text, int number, boolean plugin) {
    text.append(
        """
        - name: service-%d
          host: h%d.internal
          port: %d
          protocol: http
          tags: [team-%d, generated]
        """
            .formatted(number, number, 8000 + number, number % 7));
    if (plugin) {
      text.append(number % 2 == 0 ? RATE_LIMITING : IP_RESTRICTION);
    }
    text.append("  routes:\n");
    for (int route = 0; route < ROUTES_PER_SERVICE; route++) {
      text.append(
          """
            - name: route-%d-%d
              paths: ["/s%d/r%d", "~/x%d/[a-z]+%d$"]
              methods: [GET, POST]
              hosts: ["h%d.example.com", "*.example.org"]
              headers: {x-version: ["%d"]}
          """
              .formatted(number, route, number, route, number, route, route, route));
    }
  }
}
