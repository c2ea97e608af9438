package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.ScriptedServer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process runs that serves a KrakenD file. */
final class ServedFileTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("B5 B6 the smallest file of the training starts and is healthy")
  void the_smallest_file_starts_and_is_healthy() throws Exception {
    try (KrakendGateway gateway =
        KrakendGateway.serving(
            folder, "{'$schema':'https://www.krakend.io/schema/krakend.json','version':3}")) {
      HttpResponse<String> health = gateway.get("/__health");

      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body())
          .startsWith("{\"agents\":{},\"now\":\"")
          .endsWith("\"status\":\"ok\"}");
    }
  }

  @Test
  @DisplayName("B1 several nodes serve one file, each for itself, and leave nothing beside it")
  void several_nodes_serve_one_file() throws Exception {
    Path file = KrakendGateway.write(folder, "{'version':3,'echo_endpoint':true}", 0);
    int first = GatewayProcess.freePort();
    int second = GatewayProcess.freePort();
    String[] words = {"run", "-c", file.toString(), "-p", ""};
    words[4] = Integer.toString(first);
    try (KrakendGateway one = KrakendGateway.run(folder, first, Map.of(), words)) {
      words[4] = Integer.toString(second);
      try (KrakendGateway two = KrakendGateway.run(folder, second, Map.of(), words)) {
        assertThat(one.get("/__echo/a").statusCode()).isEqualTo(200);
        assertThat(two.get("/__echo/a").statusCode()).isEqualTo(200);
      }
      assertThat(one.get("/__echo/a").statusCode()).isEqualTo(200);
    }
    try (var left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("krakend.json", "output-" + first, "output-" + second);
    }
  }

  @Test
  @DisplayName("B7 combined flags, the debug endpoint, and a reload when the file changes")
  void a_changed_file_is_served_and_a_broken_one_is_not() throws Exception {
    int port = GatewayProcess.freePort();
    String text = "{'version':3,'host':['http://127.0.0.1:PORT'],'port':PORT,'endpoints':[%s]}";
    String endpoint = "{'endpoint':'/%s','backend':[{'url_pattern':'/__debug/x'}]}";
    Path file = KrakendGateway.write(folder, text.formatted(endpoint.formatted("one")), port);
    try (KrakendGateway gateway =
        KrakendGateway.run(folder, port, Map.of(), "run", "-dc", file.toString())) {
      assertThat(gateway.get("/one").body()).isEqualTo("{\"message\":\"pong\"}");
      assertThat(gateway.get("/__debug/a").body()).isEqualTo("{\"message\":\"pong\"}");

      KrakendGateway.write(folder, text.formatted(endpoint.formatted("two")), port);
      await().atMost(KrakendGateway.PATIENCE).until(() -> gateway.get("/two").statusCode() == 200);
      assertThat(gateway.get("/one").statusCode()).isEqualTo(404);

      Files.writeString(file, "{\"version\":3,\n\"endpoints\":[{\"endpoint\":\"x\"}]}");
      await()
          .atMost(KrakendGateway.PATIENCE)
          .until(() -> gateway.output().contains("everything stays as it was"));
      assertThat(gateway.output())
          .contains("krakend.json:2:15: endpoint 'x' does not start with /");
      assertThat(gateway.get("/two").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("B9 runs as the deployment of Kubernetes has it, where nothing can be written")
  void runs_where_nothing_can_be_written() throws Exception {
    Path file = KrakendGateway.write(folder, "{'version':3,'port':1}", 0);
    Path readOnly = Files.createDirectory(folder.resolve("root"));
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
    int port = GatewayProcess.freePort();
    Map<String, String> environment =
        Map.of("KRAKEND_PORT", Integer.toString(port), "PORTCULLIS_PREFIX", "/proc/no-such-folder");
    try (KrakendGateway gateway =
        KrakendGateway.run(folder, port, environment, "run", "-d", "-c", file.toString())) {
      assertThat(gateway.get("/__health").statusCode()).isEqualTo(200);
    }
    int flag = GatewayProcess.freePort();
    try (KrakendGateway gateway =
        KrakendGateway.run(
            folder,
            flag,
            environment,
            "run",
            "-d",
            "-c",
            file.toString(),
            "-p",
            Integer.toString(flag))) {
      assertThat(gateway.get("/__health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("B15 an empty argument at the end is nothing, another one is wrong usage")
  void an_empty_argument_is_nothing() throws Exception {
    int port = GatewayProcess.freePort();
    Path file = KrakendGateway.write(folder, "{'version':3,'name':'A simple config'}", port);
    try (KrakendGateway gateway =
        KrakendGateway.run(
            folder,
            port,
            Map.of("KRAKEND_PORT", Integer.toString(port), "SERVICE_NAME", "KrakenD API Gateway"),
            "run",
            "-dc",
            file.toString(),
            "")) {
      assertThat(gateway.get("/__health").statusCode()).isEqualTo(200);
    }
    Process wrong =
        GatewayProcess.launch(
            folder.resolve("wrong"), "run", "-c", file.toString(), "something else");
    assertThat(wrong.waitFor(KrakendGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(wrong.exitValue()).isEqualTo(2);
  }

  @Test
  @DisplayName("B11 YAML and TOML say the same as JSON")
  void yaml_and_toml_say_the_same() throws Exception {
    try (ScriptedServer backend = ScriptedServer.start()) {
      backend.json("/a", "{'a':1}");
      Path yaml =
          Files.writeString(
              folder.resolve("krakend.yml"),
              """
              version: 3
              endpoints:
                - endpoint: /x
                  backend:
                    - host: ["%s"]
                      url_pattern: /a
                      group: g
              """
                  .formatted(backend.url()));
      Path toml =
          Files.writeString(
              folder.resolve("krakend.toml"),
              """
              version = 3
              [[endpoints]]
              endpoint = "/x"
                [[endpoints.backend]]
                host = ["%s"]
                url_pattern = "/a"
                group = "g"
              """
                  .formatted(backend.url()));
      for (Path file : new Path[] {yaml, toml}) {
        int port = GatewayProcess.freePort();
        try (KrakendGateway gateway =
            KrakendGateway.run(
                folder,
                port,
                Map.of(),
                "run",
                "-c",
                file.toString(),
                "-p",
                Integer.toString(port))) {
          assertThat(gateway.get("/x").body()).isEqualTo("{\"g\":{\"a\":1}}");
        }
      }
    }
  }

  @Test
  @DisplayName("B14 B15 a template is rendered with its settings, and again when these change")
  void a_template_is_rendered() throws Exception {
    Path settings = Files.createDirectory(folder.resolve("settings"));
    Files.writeString(settings.resolve("urls.json"), "{\"path\":\"/one\"}");
    Path out = folder.resolve("out.json");
    int port = GatewayProcess.freePort();
    Path file =
        Files.writeString(
            folder.resolve("krakend.tmpl"),
            """
            {"version": 3, "name": "{{ env "SERVICE_NAME" }}", "echo_endpoint": true,
             "host": ["http://127.0.0.1:%d"],
             "endpoints": [
               {"endpoint": "{{ .urls.path }}", "backend": [{"url_pattern": "/__echo/"}]}]}
            """
                .formatted(port));
    try (KrakendGateway gateway =
        KrakendGateway.run(
            folder,
            port,
            Map.of(
                "FC_ENABLE", "1",
                "FC_SETTINGS", settings.toString(),
                "FC_OUT", out.toString(),
                "SERVICE_NAME", "KrakenD API Gateway",
                "KRAKEND_PORT", Integer.toString(port)),
            "run",
            "-dc",
            file.toString(),
            "")) {
      assertThat(gateway.get("/one").statusCode()).isEqualTo(200);
      assertThat(Files.readString(out)).contains("\"name\": \"KrakenD API Gateway\"");

      Files.writeString(settings.resolve("urls.json"), "{\"path\":\"/another\"}");
      await()
          .atMost(KrakendGateway.PATIENCE)
          .until(() -> gateway.get("/another").statusCode() == 200);
      assertThat(gateway.get("/one").statusCode()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("B55 what the log says of requests can be left out")
  void requests_for_skipped_paths_are_not_logged() throws Exception {
    String logging =
        "'telemetry/logging':{'level':'DEBUG','stdout':true,'syslog':false,'prefix':'[KRAKEND]'},";
    try (KrakendGateway gateway =
        KrakendGateway.serving(
            folder,
            "{'version':3,'extra_config':{"
                + logging
                + "'router':{'disable_access_log':false,'logger_skip_paths':['/__health']}}}")) {
      gateway.get("/__health?a=1");
      gateway.get("/other");
      await()
          .atMost(KrakendGateway.PATIENCE)
          .until(() -> gateway.output().contains("\"GET /other HTTP/1.1\" 404"));
      assertThat(gateway.output()).doesNotContain("GET /__health");
    }
  }

  @Test
  @DisplayName("B55 B57 what the gateway logs has KrakenD's layout and goes to GELF too")
  void the_gateways_own_lines_have_krakends_layout_and_go_to_gelf() throws Exception {
    try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      receiver.setSoTimeout((int) KrakendGateway.PATIENCE.toMillis());
      String text =
          "{'version':3,'unknown':1,'extra_config':{'telemetry/logging':{'level':'DEBUG',"
              + "'stdout':true,'prefix':'[KRAKEND]'},'telemetry/gelf':{'address':'127.0.0.1:"
              + receiver.getLocalPort()
              + "','enable_tcp':false}}}";
      try (KrakendGateway gateway = KrakendGateway.serving(folder, text)) {
        String warning = "krakend.json:1:14: unknown key 'unknown' is ignored";
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        String received;
        do {
          receiver.receive(packet);
          received = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        } while (!received.contains(warning));
        assertThat(received).contains("\"level\":4,", "\"version\":\"1.1\"");
        await().atMost(KrakendGateway.PATIENCE).until(() -> gateway.output().contains(warning));
        assertThat(gateway.output())
            .containsPattern(
                "(?m)^\\[KRAKEND] \\d{4}/\\d\\d/\\d\\d - \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ▶ WARNING .*"
                    + warning
                    + "$");
      }
    }
  }

  @Test
  @DisplayName("the converted file gives the same answers")
  void the_converted_file_gives_the_same_answers() throws Exception {
    try (ScriptedServer backend = ScriptedServer.start()) {
      backend.json("/users/7", "{'name':'alice','secret':1}").json("/orders", "[1,2]");
      String text =
          ("{'version':3,'host':['BACKEND'],'timeout':'5s','endpoints':[{'endpoint':'/u/{id}',"
                  + "'backend':[{'url_pattern':'/users/{id}','deny':['secret'],'group':'u'},"
                  + "{'url_pattern':'/orders','is_collection':true}]},"
                  + "{'endpoint':'/gone','backend':[{'url_pattern':'/gone'}]}]}")
              .replace("BACKEND", backend.url());
      Path converted = folder.resolve("kong.yml");
      int port = GatewayProcess.freePort();
      try (KrakendGateway gateway = KrakendGateway.serving(folder, text)) {
        Process convert =
            GatewayProcess.launch(
                folder.resolve("convert"),
                "config",
                "convert",
                folder.resolve("krakend.json").toString(),
                converted.toString());
        assertThat(convert.waitFor(KrakendGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(convert.exitValue()).as(Files.readString(folder.resolve("convert"))).isZero();
        try (KrakendGateway other =
            KrakendGateway.run(
                folder,
                port,
                Map.of(),
                "run",
                "-c",
                converted.toString(),
                "-p",
                folder.resolve("prefix").toString(),
                "--set",
                "proxy_listen=127.0.0.1:" + port)) {
          for (String target : new String[] {"/u/7", "/gone", "/nope", "/U/7/", "/__health/"}) {
            HttpResponse<String> one = gateway.get(target);
            HttpResponse<String> two = other.get(target);
            assertThat(two.statusCode()).as(target).isEqualTo(one.statusCode());
            assertThat(two.body()).as(target).isEqualTo(one.body());
            for (String header : new String[] {"X-Krakend", "X-Krakend-Completed", "Location"}) {
              assertThat(KrakendGateway.header(two, header))
                  .as(target + " " + header)
                  .isEqualTo(KrakendGateway.header(one, header));
            }
          }
          assertThat(other.get("/u/7").body())
              .isEqualTo("{\"collection\":[1,2],\"u\":{\"name\":\"alice\"}}");
        }
      }
    }
  }
}
