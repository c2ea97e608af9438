package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample plugin, built as a stranger builds it and put where the documentation says. */
final class OutsidePluginTest {
  private static final Path SAMPLE = Repository.root().resolve("samples/greeting-plugin");

  @TempDir private Path folder;

  @Test
  void the_sample_is_offered_validated_and_takes_part_in_requests() throws Exception {
    buildSample(pluginsDirectory().resolve("greeting-plugin-1.0.jar"));
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(AdminCall.get(gateway, "/plugins/enabled").text()).contains("\"greeting\"");
      assertThat(AdminCall.get(gateway, "/schemas/plugins/greeting").text())
          .contains("What to say.", "\"len_max\":40");

      AdminCall.post(gateway, "/services", "name=echo&url=http://127.0.0.1:" + upstream.port());
      AdminCall.post(gateway, "/services/echo/routes", "paths[]=/greeted");
      AdminCall.post(gateway, "/services/echo/routes", "name=plain&paths[]=/plain");
      WireAnswer refused =
          AdminCall.post(
              gateway, "/plugins", "name=greeting&config.text=" + "x".repeat(41) + "&config.no=1");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text())
          .contains("config.text: length must be at most 40", "config.no: unknown field");
      WireAnswer made =
          AdminCall.post(
              gateway,
              "/services/echo/plugins",
              "name=greeting&config.text=good+day&config.unwelcome[]=bot");
      assertThat(made.status()).isEqualTo(201);

      WireAnswer welcome = proxied(gateway, "/greeted", "curl");
      assertThat(welcome.status()).isEqualTo(200);
      assertThat(welcome.header("x-greeting")).containsExactly("good day");
      WireAnswer unwelcome = proxied(gateway, "/greeted", "bot");
      assertThat(unwelcome.status()).isEqualTo(403);
      assertThat(unwelcome.text()).contains("you are not welcome");

      assertThat(AdminCall.get(gateway, "/greetings").text()).isEqualTo("{\"count\":2}");
      assertThat(AdminCall.get(gateway, "/endpoints").text()).contains("\"/greetings\"");
    }
  }

  @Test
  void a_broken_jar_ends_the_start_with_one_line() throws Exception {
    Path broken = Files.writeString(pluginsDirectory().resolve("broken.jar"), "no zip");
    Path output = folder.resolve("output");
    Process process =
        GatewayProcess.launch(
            output, "start", "-p", folder.resolve("prefix").toString(), "--set", "database=off");
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(output).strip())
        .startsWith("portcullis: plugins_dir: " + broken + " cannot be loaded: ")
        .doesNotContain("\n");
  }

  @Test
  void the_documentation_shows_the_sample() throws IOException {
    String page = Files.readString(Repository.root().resolve("docs/writing-a-plugin.md"));
    for (Path source : sources()) {
      String text = Files.readString(source);
      int start = text.contains("/**") ? text.indexOf("/**") : text.indexOf("final class");
      assertThat(page).contains(text.substring(start).strip());
    }
    String pom = Files.readString(SAMPLE.resolve("pom.xml"));
    assertThat(page)
        .contains(pom.substring(pom.indexOf("<properties>"), pom.indexOf("</project>")).strip());
  }

  private Path pluginsDirectory() throws IOException {
    return Files.createDirectories(folder.resolve("prefix/plugins.d"));
  }

  private static WireAnswer proxied(GatewayProcess gateway, String path, String agent)
      throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(
          new WireRequest(
              "GET",
              path,
              List.of(Map.entry("Host", "a.test"), Map.entry("User-Agent", agent)),
              new byte[0]));
    }
  }

  /** Compiles the sample against portcullis-core and what that brings, and packs it. */
  private void buildSample(Path jar) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<String> arguments = new ArrayList<>(List.of("--release", "25", "-proc:none"));
    arguments.addAll(List.of("-d", classes.toString(), "-cp", coreClassPath()));
    sources().forEach(source -> arguments.add(source.toString()));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isZero();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(file)) {
      pack(packed, classes);
      pack(packed, SAMPLE.resolve("src/main/resources"));
    }
  }

  private static void pack(JarOutputStream jar, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(root.relativize(file).toString()));
        jar.write(Files.readAllBytes(file));
      }
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLE.resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** None of the gateway's other modules: a stranger has only this one. */
  private static String coreClassPath() {
    Path root = Repository.root();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> isCore(entry) || !isOwn(root, entry))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isCore(Path entry) {
    return entry.toString().contains("/core/target/")
        || entry.getFileName().toString().startsWith("portcullis-core-");
  }

  private static boolean isOwn(Path root, Path entry) {
    return entry.startsWith(root) || entry.getFileName().toString().startsWith("portcullis-");
  }
}
