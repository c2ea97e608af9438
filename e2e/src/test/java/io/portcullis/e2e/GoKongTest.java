package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The integration tests that Kong's client library for Go brings, against a gateway. They are not
 * part of the build: this runs where {@code GO_KONG_TESTS} names the folder {@code kong} of
 * go-kong's sources with its compiled tests, {@code kong.test}; see CONTRIBUTING.md.
 */
final class GoKongTest {
  /** What a Kong has only with WebAssembly on. */
  private static final Pattern NOT_HERE = Pattern.compile("TestFilterChain.*");

  /** Wants to find no gateway's address in its environment. */
  private static final String WITHOUT_ADDRESS = "TestBaseRootURL";

  private static final List<String> KINDS =
      List.of(
          "plugins",
          "routes",
          "services",
          "consumers",
          "upstreams",
          "certificates",
          "ca_certificates",
          "vaults",
          "keys",
          "key-sets");

  @TempDir private Path folder;
  private @Nullable Path tests;

  @BeforeEach
  void look_for_the_tests() {
    String named = System.getenv("GO_KONG_TESTS");
    assumeTrue(named != null, "GO_KONG_TESTS names no folder");
    tests = Path.of(String.valueOf(named));
  }

  @Test
  void what_applies_passes_on_h2() throws Exception {
    allPass(Map.of());
  }

  @Test
  void what_applies_passes_on_postgresql() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      allPass(server.newDatabase());
    }
  }

  @Test
  void configurations_are_posted_without_a_database() throws Exception {
    Path file = Files.writeString(folder.resolve("kong.yml"), "_format_version: \"3.0\"\n");
    Map<String, String> settings = Map.of("database", "off", "declarative_config", file.toString());
    try (GatewayProcess gateway = GatewayProcess.start(folder, settings)) {
      assertThat(run(gateway, "TestReloadDeclarativeRawConfig")).isEqualTo("PASS");
      assertThat(run(gateway, "TestKongConfig")).isEqualTo("PASS");
    }
  }

  private void allPass(Map<String, String> database) throws Exception {
    List<String> failed = new ArrayList<>();
    int passed = 0;
    int skipped = 0;
    try (GatewayProcess gateway = GatewayProcess.start(folder, database)) {
      for (String name : said(gateway, "-test.list", ".*").lines().toList()) {
        if (!name.startsWith("Test") || NOT_HERE.matcher(name).matches()) {
          continue;
        }
        deleteAll(gateway);
        switch (run(gateway, name)) {
          case "PASS" -> passed++;
          case "SKIP" -> skipped++;
          default -> failed.add(name);
        }
      }
    }
    System.out.println("go-kong: " + passed + " passed, " + skipped + " skipped by themselves");
    assertThat(failed).isEmpty();
    assertThat(passed).isGreaterThan(100);
  }

  /** {@code PASS}, {@code SKIP} or {@code FAIL}. */
  private String run(GatewayProcess gateway, String name) throws Exception {
    String said = said(gateway, "-test.v", "-test.run", "^" + name + "$");
    for (String result : List.of("PASS", "SKIP")) {
      if (said.contains("--- " + result + ": " + name + " ")) {
        return result;
      }
    }
    System.out.println(said);
    return "FAIL";
  }

  private String said(GatewayProcess gateway, String... arguments) throws Exception {
    File home = Objects.requireNonNull(tests).toFile();
    Path output = folder.resolve("go-kong-output");
    List<String> command = new ArrayList<>(List.of(home.toPath().resolve("kong.test").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home);
    builder.environment().remove("KONG_ADMIN_URL");
    if (!List.of(arguments).contains("^" + WITHOUT_ADDRESS + "$")) {
      builder.environment().put("KONG_ADMIN_URL", "http://127.0.0.1:" + gateway.adminPort());
    }
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended).as(() -> String.join(" ", command)).isTrue();
    return Files.readString(output);
  }

  /** Tests count what they find, and those that fail leave things behind. */
  private static void deleteAll(GatewayProcess gateway) throws IOException {
    for (String kind : KINDS) {
      JsonNode all = JsonMapper.shared().readTree(AdminCall.get(gateway, "/" + kind).text());
      for (JsonNode entity : all.get("data")) {
        AdminCall.delete(gateway, "/" + kind + "/" + entity.get("id").stringValue());
      }
    }
  }
}
