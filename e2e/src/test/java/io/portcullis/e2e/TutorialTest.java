package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.SensorService;
import io.portcullis.plugins.testkit.KafkaBroker;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what {@code docs/tutorial} says, from its first page to its last, and sees what it says. A
 * block of {@code text} after a block of {@code sh} lists what the commands print, in order.
 */
final class TutorialTest {
  @TempDir private Path folder;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void c32_every_command_of_the_tutorial_does_what_its_page_says() throws Exception {
    try (KafkaBroker kafka = KafkaBroker.start(Files.createDirectory(folder.resolve("kafka")));
        GrpcTarget sensors = SensorService.start();
        GatewayProcess gateway = GatewayProcess.start(folder.resolve("node"), Map.of())) {
      int demoPort = GatewayProcess.freePort();
      Process demo =
          GatewayProcess.launch(folder.resolve("demo"), "demo", Integer.toString(demoPort));
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> Files.readString(folder.resolve("demo")).contains("demo upstream on"));
        Shell shell =
            new Shell(
                folder.resolve("node"),
                Map.of(
                    "localhost:8001", "localhost:" + gateway.adminPort(),
                    "localhost:8000", "localhost:" + gateway.proxyPort(),
                    "localhost:8443", "localhost:" + gateway.proxyTlsPort(),
                    "127.0.0.1:9000", "127.0.0.1:" + demoPort,
                    "127.0.0.1:9001", "127.0.0.1:" + GatewayProcess.freePort(),
                    "127.0.0.1:50051", "127.0.0.1:" + sensors.port(),
                    "kafka:9092", "127.0.0.1:" + kafka.port(),
                    "data/logs", "prefix/logs"));
        shell.follow("1-websockets.md");
        shell.follow("2-events.md");
        shell.follow("3-grpc.md");
        try (GrpcCaller caller = GrpcCaller.plain(gateway.proxyPort())) {
          GrpcCaller.Call call = caller.call(SensorService.STREAM).request(2);
          for (String reading : List.of("sensor-1 21.5", "sensor-2 40")) {
            call.send(reading);
            assertThat(GrpcCaller.text(call.next())).isEqualTo("seen " + reading);
          }
          call.halfClose();
        }
        shell.follow("4-kafka.md");
        assertThat(kafka.records("user-events"))
            .singleElement()
            .asString()
            .contains("\"event_type\":\"page_view\"");
        shell.follow("5-guard-and-balance.md");
        shell.follow("6-watch.md");
        shell.follow("exercises.md");
        assertThat(kafka.records("user-events")).hasSize(4);
      } finally {
        demo.destroy();
        demo.waitFor();
      }
    }
  }

  /** A terminal in the folder of the gateway's settings. */
  private static final class Shell {
    private final Path folder;
    private final Map<String, String> addresses;

    Shell(Path folder, Map<String, String> addresses) throws IOException {
      this.folder = folder;
      this.addresses = addresses;
      GatewayProcess.launcher(folder.resolve("portcullis"));
    }

    void follow(String page) throws IOException, InterruptedException {
      List<Repository.Step> steps =
          Repository.steps(Repository.root().resolve("docs/tutorial").resolve(page));
      assertThat(steps).as(page).isNotEmpty();
      for (Repository.Step step : steps) {
        Repository.Outcome outcome =
            Repository.shell(
                "set -e; cd '" + folder + "'\n" + here(step.script()),
                folder.resolve("said"),
                Map.of());
        String place = page + ":\n" + step.script() + "\nsaid:\n" + outcome.output();
        assertThat(outcome.code()).as(place).isZero();
        assertThat(outcome.output()).as(place).doesNotContain("schema violation", "Not found");
        int from = 0;
        for (String line : step.shown()) {
          int at = outcome.output().indexOf(here(line), from);
          assertThat(at).as("'%s' in %s", here(line), place).isNotNegative();
          from = at + line.length();
        }
      }
    }

    /** The addresses of the pages are those of the tests' own processes. */
    private String here(String text) {
      String changed = text;
      for (Map.Entry<String, String> address : addresses.entrySet()) {
        changed = changed.replace(address.getKey(), address.getValue());
      }
      return changed;
    }
  }
}
