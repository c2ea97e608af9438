package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole configurations as files: served without a database, taken out of one and put into one. */
final class DeclarativeModeTest {
  private static final Map<String, String> WITHOUT_DATABASE = Map.of("database", "off");
  private static final String TEXT =
      """
      _format_version: "3.0"
      services:
      - name: pot
        url: http://127.0.0.1:9
        routes:
        - {name: tea, paths: [/tea]}
        plugins:
        - {name: request-termination, config: {status_code: 418}}
      """;

  @TempDir private Path folder;

  @Test
  void what_one_engine_exports_is_the_same_from_every_other_way_to_keep_it() throws Exception {
    String exported;
    try (GatewayProcess h2 = GatewayProcess.start(folder.resolve("h2"), Map.of())) {
      AdminCall.create(h2, "/upstreams", "name=u.test&healthchecks.active.healthy.interval=0");
      AdminCall.create(h2, "/upstreams/u.test/targets", "target=127.0.0.1:9&weight=7");
      AdminCall.create(h2, "/services", "name=s&url=http://u.test/base&tags[]=a%20b&retries=0");
      AdminCall.create(h2, "/services/s/routes", "name=r&paths[]=/a&headers.x-v[]=1");
      AdminCall.create(h2, "/routes/r/plugins", "name=rate-limiting&config.minute=5");
      AdminCall.create(h2, "/consumers", "username=bob&custom_id=007");
      AdminCall.create(h2, "/consumers/bob/jwt", "key=k");
      exported = AdminCall.get(h2, "/portcullis/config").text();
    }
    try (PostgresServer server = PostgresServer.start();
        GatewayProcess postgres =
            GatewayProcess.start(folder.resolve("postgres"), server.newDatabase())) {
      WireAnswer imported = post(postgres, "/portcullis/config", exported);
      assertThat(imported.text()).isEqualTo("{\"written\":7}");
      assertThat(AdminCall.get(postgres, "/portcullis/config").text()).isEqualTo(exported);
      assertThat(post(postgres, "/portcullis/config", exported).text())
          .isEqualTo("{\"written\":0}");
    }
    Path file = Files.writeString(folder.resolve("exported.yml"), exported);
    Path again = folder.resolve("again.yml");
    try (GatewayProcess served =
        GatewayProcess.start(
            folder.resolve("off"),
            Map.of("database", "off", "declarative_config", file.toString()))) {
      assertThat(AdminCall.get(served, "/portcullis/config").text()).isEqualTo(exported);
      Process command =
          GatewayProcess.launch(
              folder.resolve("said"),
              "config",
              "export",
              "-c",
              folder.resolve("off/portcullis.conf").toString(),
              again.toString());
      assertThat(command.waitFor()).isZero();
    }
    assertThat(Files.readString(again)).isEqualTo(exported);
  }

  @Test
  void a_file_is_imported_into_a_database_that_no_gateway_uses() throws Exception {
    Path file = Files.writeString(folder.resolve("tea.yml"), TEXT);
    Path said = folder.resolve("said");
    String prefix = folder.resolve("prefix").toString();
    Process command =
        GatewayProcess.launch(said, "config", "import", "-p", prefix, file.toString());
    assertThat(command.waitFor()).isZero();
    assertThat(Files.readAllLines(said))
        .singleElement()
        .asString()
        .startsWith("import successful: ");
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(teaOf(gateway)).isEqualTo(418);
    }
  }

  @Test
  void what_was_posted_last_is_served_after_a_restart() throws Exception {
    String hash;
    try (GatewayProcess first = GatewayProcess.start(folder, WITHOUT_DATABASE)) {
      assertThat(hash(first)).isEqualTo("0".repeat(32));
      assertThat(teaOf(first)).isEqualTo(404);
      assertThat(post(first, "/config?check_hash=1", TEXT).status()).isEqualTo(201);
      assertThat(teaOf(first)).isEqualTo(418);
      assertThat(post(first, "/config", TEXT.replace("[/tea]", "[tea]")).text())
          .contains("\"paths\":[\"should start with: / (fixed path) or ~/ (regex path)\"]");
      assertThat(post(first, "/config?check_hash=1", TEXT).status()).isEqualTo(304);
      hash = hash(first);
    }
    try (GatewayProcess second = GatewayProcess.start(folder, WITHOUT_DATABASE)) {
      assertThat(hash(second)).isEqualTo(hash);
      assertThat(teaOf(second)).isEqualTo(418);
      assertThat(post(second, "/config?check_hash=1", TEXT).status()).isEqualTo(304);
    }
  }

  @Test
  void routes_below_http_are_kept_and_warned_about() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, WITHOUT_DATABASE)) {
      String text =
          """
          _format_version: "3.0"
          services:
          - {name: db, url: "tcp://127.0.0.1:5432", routes: [{name: l4, protocols: [tcp], sources: [{port: 9}]}]}
          """;
      assertThat(post(gateway, "/config", text).status()).isEqualTo(201);
      assertThat(AdminCall.get(gateway, "/routes/l4").status()).isEqualTo(200);
      assertThat(Files.readString(folder.resolve("prefix/logs/error.log")))
          .contains("nothing serves them: 1 (l4)");
    }
  }

  private static int teaOf(GatewayProcess gateway) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get("/tea", "127.0.0.1")).status();
    }
  }

  private static String hash(GatewayProcess gateway) throws IOException {
    JsonNode status = JsonMapper.shared().readTree(AdminCall.get(gateway, "/status").text());
    return status.get("configuration_hash").stringValue();
  }

  private static WireAnswer post(GatewayProcess gateway, String path, String yaml)
      throws IOException {
    byte[] body = yaml.getBytes(StandardCharsets.UTF_8);
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(
          new WireRequest(
              "POST",
              path,
              List.of(
                  Map.entry("Host", "127.0.0.1:" + gateway.adminPort()),
                  Map.entry("Content-Type", "application/yaml"),
                  Map.entry("Content-Length", Integer.toString(body.length))),
              body));
    }
  }
}
