package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import io.portcullis.plugins.testkit.KafkaBroker;
import io.portcullis.plugins.testkit.SharedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The streaming tutorial's chapter on Kafka, with its own commands, against a real broker. */
@ExtendWith(SharedBroker.class)
final class KafkaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String EVENT =
      "{\"event_type\":\"page_view\",\"user_id\":\"user123\",\"timestamp\":1700000000000,"
          + "\"data\":{\"page\":\"/products\"}}";

  @TempDir private Path folder;
  private final String topic = "user-events-" + UUID.randomUUID();
  private KafkaBroker broker;

  @BeforeEach
  void connect(KafkaBroker shared) {
    broker = shared;
  }

  @Test
  void c11_c12_the_plugin_is_there_with_and_without_the_tutorials_line() throws Exception {
    for (Map<String, String> settings :
        List.of(
            Map.<String, String>of(),
            Map.of("plugins", "bundled,kafka-upstream"),
            Map.of("plugins", "kafka-upstream"))) {
      try (GatewayProcess gateway =
          GatewayProcess.start(folder.resolve("g" + settings.hashCode()), settings)) {
        assertThat(AdminCall.get(gateway, "/plugins/enabled").text()).contains("kafka-upstream");
        assertThat(gateway.output()).doesNotContain("no plugin is named");
      }
    }
  }

  @Test
  void c13_c14_c15_c16_c17_posted_events_are_read_by_a_consumer() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(AdminCall.post(gateway, "/services", "name=analytics-service").status())
          .isEqualTo(201);
      WireAnswer plugin =
          AdminCall.post(
              gateway,
              "/services/analytics-service/plugins",
              "name=kafka-upstream&config.bootstrap_servers="
                  + broker.servers()
                  + "&config.topic="
                  + topic
                  + "&config.timeout=10000&config.keepalive=60000");
      assertThat(plugin.status()).as(plugin.text()).isEqualTo(201);
      assertThat(
              AdminCall.post(
                      gateway,
                      "/services/analytics-service/routes",
                      "name=analytics-route&paths=/analytics")
                  .status())
          .isEqualTo(201);

      try (WireConnection secure =
          WireConnection.openTls(gateway.proxyTlsPort(), "kong-gateway-address", PATIENCE)) {
        WireAnswer sent = secure.exchange(post("/analytics", EVENT));
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.text()).isEqualTo("{\"message\":\"message sent\"}");
      }

      List<String> records = broker.records(topic);
      assertThat(records).containsExactly(EVENT);
      JsonNode event = JsonMapper.shared().readTree(records.getFirst());
      assertThat(event.get("event_type").stringValue()).isEqualTo("page_view");
      assertThat(event.get("user_id").stringValue()).isEqualTo("user123");
      assertThat(AdminCall.get(gateway, "/metrics").text())
          .contains("portcullis_kafka_records_total{outcome=\"delivered\"} 1.0");
    }
  }

  @Test
  void c13_a_service_without_a_host_says_so_when_nothing_answers_in_its_place() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "");
      WireAnswer plugins = AdminCall.get(gateway, "/services/analytics-service/plugins");
      String id = JsonMapper.shared().readTree(plugins.body()).at("/data/0/id").stringValue();
      assertThat(send(gateway, post("/analytics", EVENT)).status()).isEqualTo(200);

      try (WireConnection admin = WireConnection.open(gateway.adminPort(), PATIENCE)) {
        WireRequest delete =
            new WireRequest(
                "DELETE",
                "/plugins/" + id,
                List.of(Map.entry("Host", "127.0.0.1:" + gateway.adminPort())),
                new byte[0]);
        assertThat(admin.exchange(delete).status()).isEqualTo(204);
      }
      WireAnswer unanswered = send(gateway, post("/analytics", EVENT));
      assertThat(unanswered.status()).isEqualTo(503);
      assertThat(unanswered.text()).contains("name resolution failed");
    }
  }

  @Test
  void a_changed_configuration_is_another_producer_and_the_old_one_ends() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "");
      assertThat(send(gateway, post("/analytics", "{\"n\":1}")).status()).isEqualTo(200);
      assertThat(producers(gateway)).isEqualTo(1);
      WireAnswer plugins = AdminCall.get(gateway, "/services/analytics-service/plugins");
      String id = JsonMapper.shared().readTree(plugins.body()).at("/data/0/id").stringValue();
      for (int i = 2; i < 6; i++) {
        WireAnswer changed = patch(gateway, "/plugins/" + id, "config.topic=" + topic + "-" + i);
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(send(gateway, post("/analytics", "{\"n\":" + i + "}")).status()).isEqualTo(200);
        assertThat(broker.records(topic + "-" + i)).containsExactly("{\"n\":" + i + "}");
      }
      await().atMost(PATIENCE).until(() -> producers(gateway) == 1);
    }
  }

  @Test
  void a_broker_that_is_away_does_not_fill_the_error_log() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "&config.timeout=200", "127.0.0.1:1");
      for (int i = 0; i < 20; i++) {
        assertThat(send(gateway, post("/analytics", EVENT)).status()).isEqualTo(503);
      }
      List<String> lines =
          Files.readAllLines(folder.resolve("prefix/logs/error.log")).stream()
              .filter(line -> line.contains("afka"))
              .toList();
      assertThat(lines).hasSizeLessThan(3);
      assertThat(lines.getFirst())
          .contains("kafka-upstream: a record for topic " + topic + " at [127.0.0.1:1]");
      assertThat(AdminCall.get(gateway, "/status").text()).contains("\"quarantined\":[]");
    }
  }

  @Test
  void what_was_accepted_is_sent_before_the_gateway_ends() throws Exception {
    List<String> events = new ArrayList<>();
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of("shutdown_timeout", "10s"))) {
      serve(gateway, "&config.producer_async=true&config.producer_async_flush_timeout=2000");
      for (int i = 0; i < 50; i++) {
        events.add("{\"n\":" + i + "}");
        assertThat(send(gateway, post("/analytics", events.getLast())).status()).isEqualTo(202);
      }
      assertThat(gateway.stop("TERM")).as(gateway.output()).isZero();
    }

    assertThat(broker.records(topic)).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void the_first_record_is_what_loads_kafkas_client() throws Exception {
    Path classes = folder.resolve("classes");
    try (GatewayProcess gateway =
        GatewayProcess.start(folder, Map.of(), List.of("-Xlog:class+load:file=" + classes))) {
      serve(gateway, "");
      assertThat(Files.readString(classes))
          .contains("io.portcullis.plugins.kafkaupstream.KafkaUpstreamHandler")
          .doesNotContain("org.apache.kafka");

      assertThat(send(gateway, post("/analytics", EVENT)).status()).isEqualTo(200);
      assertThat(Files.readString(classes)).contains("org.apache.kafka");
    }
  }

  /** Network threads of Kafka producers in the gateway's process. */
  private static long producers(GatewayProcess gateway) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process dump =
        new ProcessBuilder(jcmd.toString(), Long.toString(gateway.handle().pid()), "Thread.print")
            .redirectErrorStream(true)
            .start();
    String threads = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    dump.waitFor();
    return threads.lines().filter(line -> line.contains("kafka-producer-network-thread")).count();
  }

  private void serve(GatewayProcess gateway, String more) throws IOException {
    serve(gateway, more, broker.servers());
  }

  private void serve(GatewayProcess gateway, String more, String servers) throws IOException {
    List<WireAnswer> answers = new ArrayList<>();
    answers.add(AdminCall.post(gateway, "/services", "name=analytics-service"));
    answers.add(
        AdminCall.post(
            gateway,
            "/services/analytics-service/plugins",
            "name=kafka-upstream&config.bootstrap_servers="
                + servers
                + "&config.topic="
                + topic
                + more));
    answers.add(AdminCall.post(gateway, "/services/analytics-service/routes", "paths=/analytics"));
    for (WireAnswer answer : answers) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }
  }

  private static WireAnswer send(GatewayProcess gateway, WireRequest request) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      return connection.exchange(request);
    }
  }

  private static WireAnswer patch(GatewayProcess gateway, String path, String form)
      throws IOException {
    WireRequest post = AdminCall.form(gateway, path, form);
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), PATIENCE)) {
      return connection.exchange(
          new WireRequest("PATCH", post.target(), post.headers(), post.body()));
    }
  }

  private static WireRequest post(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new WireRequest(
        "POST",
        path,
        List.of(
            Map.entry("Host", "kong-gateway-address"),
            Map.entry("Content-Type", "application/json"),
            Map.entry("Content-Length", Integer.toString(body.length))),
        body);
  }
}
