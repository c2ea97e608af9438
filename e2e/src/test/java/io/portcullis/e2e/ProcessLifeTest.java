package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessLifeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void ends_with_code_0_on_a_signal(String signal) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(gateway.stop(signal)).as(gateway.output()).isZero();
    }
    assertThat(folder.resolve("prefix/portcullis.pid")).doesNotExist();
  }

  @Test
  void starts_again_with_what_it_stored() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(AdminCall.post(gateway, "/services", "name=kept&host=127.0.0.1").status())
          .isEqualTo(201);
    }
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(AdminCall.get(gateway, "/services/kept").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy_listen", "admin_listen", "status_listen"})
  void says_in_one_line_that_a_port_is_taken(String setting) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      refuses(Map.of(setting, address), address);
    }
  }

  @Test
  void says_in_one_line_that_the_prefix_cannot_be_written() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    refuses(Map.of("prefix", file.resolve("prefix").toString()), file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "proxy"})
  void says_in_one_line_that_several_processes_need_postgres(String role) throws Exception {
    refuses(Map.of("role", role), "role = " + role + " needs database = postgres");
  }

  @Test
  void says_in_one_line_that_the_database_does_not_answer() throws Exception {
    String port = Integer.toString(GatewayProcess.freePort());
    refuses(
        Map.of("database", "postgres", "pg_host", "127.0.0.1", "pg_port", port),
        "127.0.0.1:" + port);
  }

  @Test
  void says_in_one_line_that_an_admin_node_has_no_database() throws Exception {
    String port = Integer.toString(GatewayProcess.freePort());
    refuses(Map.of("role", "admin", "database", "postgres", "pg_port", port), "127.0.0.1:" + port);
  }

  @Test
  void says_in_one_line_that_neither_database_nor_last_good_configuration_can_be_read()
      throws Exception {
    Path kept = folder.resolve("other/snapshot/last-good");
    Files.createDirectories(kept.getParent());
    Files.writeString(kept, "portcullis-snapshot 99\n");
    String port = Integer.toString(GatewayProcess.freePort());
    refuses(
        Map.of("role", "proxy", "database", "postgres", "pg_port", port), kept + " has format 99");
  }

  @ParameterizedTest
  @CsvSource({"0, migrations up", "999, newer release"})
  void says_in_one_line_that_the_schema_is_another_release_s(String version, String said)
      throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      Map<String, String> database = server.newDatabase();
      try (GatewayProcess gateway = GatewayProcess.start(folder, database)) {
        assertThat(AdminCall.get(gateway, "/services").status()).isEqualTo(200);
      }
      server.execute(
          database.get("pg_database"),
          "update flyway_schema_history set version = '"
              + version
              + "' where installed_rank = (select max(installed_rank) from flyway_schema_history)");
      refuses(database, said);
    }
  }

  @Test
  void says_in_one_line_that_a_setting_is_unknown_and_which_was_meant() throws Exception {
    refuses(Map.of("proxy_listn", "off"), "proxy_listen");
  }

  @Test
  void refuses_a_second_gateway_on_the_same_prefix() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      refuses(
          Map.of("prefix", folder.resolve("prefix").toString()),
          Long.toString(gateway.handle().pid()));
    }
  }

  private void refuses(Map<String, String> settings, String named)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("start"));
    Map<String, String> quiet =
        Map.of(
            "prefix", folder.resolve("other").toString(),
            "admin_listen", "off",
            "status_listen", "off",
            "proxy_listen", "off");
    Path conf = folder.resolve("other.conf");
    List<String> lines = new ArrayList<>();
    quiet.forEach((key, value) -> lines.add(key + " = " + value));
    settings.forEach((key, value) -> lines.add(key + " = " + value));
    Files.write(conf, lines);
    arguments.addAll(List.of("-c", conf.toString()));
    Path output = folder.resolve("refusal");
    Process process = GatewayProcess.launch(output, arguments.toArray(String[]::new));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    assertThat(said).startsWith("portcullis: ").contains(named).hasLineCount(1);
  }
}
