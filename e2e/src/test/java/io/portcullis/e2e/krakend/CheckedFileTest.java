package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} for KrakenD files, and files that are templates. */
final class CheckedFileTest {
  private static final String TEMPLATE =
      """
      {
        "$schema": "https://www.krakend.io/schema/krakend.json",
        "version": 3,
        "name": "{{ env "SERVICE_NAME" }}",
        "port": {{ .ports.gateway }},
        "host": ["http://127.0.0.1:{{ .ports.gateway }}"],
        "debug_endpoint": true,
        "endpoints": [{{ template "endpoints.tmpl" . }}]
      }
      """;
  private static final String ENDPOINTS =
      """
      {{ range $i, $name := .ports.names }}{{ if $i }},{{ end }}
      {"endpoint": "/{{ $name }}", "backend": [{"url_pattern": "/__debug/{{ $name }}"}]}
      {{- end }}
      """;

  @TempDir private Path folder;

  @Test
  @DisplayName("B8 the command of the image's build checks a template and keeps the result")
  void checks_a_template_as_the_image_does() throws Exception {
    int port = GatewayProcess.freePort();
    Map<String, String> environment = template(port);
    Path out = Path.of(environment.get("FC_OUT"));

    Run run = run(environment, "check", "-d", "-t", "-c", folder + "/krakend.tmpl", "--lint");

    assertThat(run.output())
        .contains("Parsing configuration file: " + folder + "/krakend.tmpl")
        .contains("2 API endpoints:\n\t- GET /a\n\t- GET /b\n")
        .endsWith("Syntax OK!\n");
    assertThat(run.code()).isZero();
    assertThat(Files.readString(out)).contains("\"port\": " + port, "\"endpoint\": \"/b\"");
  }

  @Test
  @DisplayName("B12 B14 B15 a template is served, with combined flags and an empty argument")
  void serves_a_template() throws Exception {
    int port = GatewayProcess.freePort();
    Map<String, String> environment = template(port);

    try (KrakendGateway gateway =
        KrakendGateway.run(folder, port, environment, "run", "-dc", folder + "/krakend.tmpl", "")) {
      assertThat(gateway.get("/a").body()).isEqualTo("{\"message\":\"pong\"}");
      assertThat(gateway.get("/b").statusCode()).isEqualTo(200);
      assertThat(gateway.get("/c").statusCode()).isEqualTo(404);
    }
    assertThat(Files.readString(Path.of(environment.get("FC_OUT"))))
        .contains("\"name\": \"KrakenD API Gateway\"");
  }

  @Test
  void tells_a_template_from_a_file_that_is_broken() throws Exception {
    Map<String, String> environment = template(GatewayProcess.freePort());
    environment.remove("FC_ENABLE");

    Run run = run(environment, "check", "-c", folder + "/krakend.tmpl");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains("ERROR parsing the configuration file:\n\t" + folder + "/krakend.tmpl:4:")
        .contains("this looks like a template: set FC_ENABLE=1");
  }

  @Test
  void names_the_place_in_the_template_for_what_is_wrong_in_the_result() throws Exception {
    Map<String, String> environment = template(GatewayProcess.freePort());
    write("templates/endpoints.tmpl", "\n{{ .ports.nmaes | first }}");
    Run failing = run(environment, "check", "-c", folder + "/krakend.tmpl");
    assertThat(failing.code()).isEqualTo(1);
    assertThat(failing.output())
        .contains("templates/endpoints.tmpl:2:19: at <first>")
        .contains("Cannot find first on type invalid");

    write("templates/endpoints.tmpl", "\n{\"endpoint\":\n \"no/slash\"}");
    Run wrong = run(environment, "check", "-c", folder + "/krakend.tmpl");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.output())
        .contains("templates/endpoints.tmpl:2: endpoint 'no/slash' does not start with /");
  }

  @Test
  void settings_that_cannot_be_read_stop_the_start_B14() throws Exception {
    Map<String, String> environment = template(GatewayProcess.freePort());
    write("settings/broken.json", "{");

    Run run = run(environment, "run", "-c", folder + "/krakend.tmpl");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains("loading flexible-config settings:")
        .contains("settings/broken.json:1:");
  }

  @Test
  void a_lint_tells_everything_at_once_by_its_line() throws Exception {
    write(
        "krakend.json",
        """
        {"version": 3,
         "timeout": "3 seconds",
         "colour": "red",
         "host": ["http://a"],
         "endpoints": [
          {"endpoint": "/a", "backend": [{"url_pattern": "/{id}"}]},
          {"endpoint": "/b", "backend": [{"url_pattern": "/"}],
           "metod": "GET"},
          {"endpoint": "/b", "backend": [{"url_pattern": "/"}]},
          {"endpoint": "/c", "backend": [{"url_pattern": "/"}],
           "extra_config": {"modifier/lua-proxy": {"pre": "x"}}},
          {"endpoint": "/d", "backend": [{"url_pattern": "/",
           "extra_config": {"qos/circuit-breaker": {"interval": "x"}}}]}
         ],
         "extra_config": {"telemetry/unheard-of": {}}
        }
        """);

    Run run = run(Map.of(), "validate", "-lc", folder + "/krakend.json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains("ERROR parsing the configuration file:\n")
        .contains("krakend.json:2:", "'3 seconds' is no duration")
        .contains("krakend.json:3:", "unknown key 'colour'")
        .contains("krakend.json:6:", "undefined output param 'id'")
        .contains("krakend.json:8:", "unknown key 'metod'")
        .contains("krakend.json:9:", "is there already, in line 7")
        .contains("krakend.json:11:", "Lua (modifier/lua-proxy) is not supported; use")
        .contains("krakend.json:12:3: ", "circuit_breaker.interval: expected an integer")
        .doesNotContain("krakend.json:6:3:")
        .contains("WARNING", "krakend.json:15:", "unknown namespace 'telemetry/unheard-of'")
        .doesNotContain("Syntax OK!");
  }

  @Test
  void what_nobody_can_mean_fails_a_lint_alone() throws Exception {
    Path file = write("krakend.json", "{\"version\": 3,\n\"colour\": \"red\"}");

    Run check = run(Map.of(), "check", file.toString());
    assertThat(check.code()).isZero();
    assertThat(check.output())
        .contains("WARNING " + file + ":2:1: unknown key 'colour'")
        .endsWith("Syntax OK!\n");

    Run lint = run(Map.of(), "check", "-n", "-c", file.toString());
    assertThat(lint.code()).isEqualTo(1);
    assertThat(lint.output())
        .contains("ERROR linting the configuration file:\n\t" + file + ":2:1: unknown key");
  }

  @Test
  void one_way_to_lint_excludes_the_others() throws Exception {
    Path file = write("krakend.json", "{\"version\": 3}");

    Run two = run(Map.of(), "check", "-l", "-s", "schema.json", "-c", file.toString());
    assertThat(two.code()).isEqualTo(2);
    assertThat(two.output())
        .contains(
            "if any flags in the group [lint lint-no-network lint-schema] are set none of the"
                + " others can be; [lint lint-schema] were all set");

    Run three = run(Map.of(), "validate", "-ln", "--lint-schema", "x", "-c", file.toString());
    assertThat(three.code()).isEqualTo(2);
    assertThat(three.output()).contains("[lint lint-no-network lint-schema] were all set");
  }

  @Test
  void a_lint_holds_the_file_against_a_schema() throws Exception {
    Path file =
        write(
            "krakend.json",
            """
            {"version": 3,
             "name": "edge",
             "host": ["http://a"],
             "endpoints": [
               {"endpoint": "/a/b", "backend": [{"url_pattern": "/"}]},
               {"endpoint": "/b",
                "timeout": "1s", "backend": [{"url_pattern": "/"}]}]}
            """);
    Path schema =
        write(
            "schema.json",
            """
            {"$schema": "http://json-schema.org/draft-07/schema#",
             "required": ["name", "port"],
             "definitions": {"short": {"type": "string", "maxLength": 3}},
             "properties": {"name": {"$ref": "#/definitions/short"},
               "endpoints": {"items": {"properties": {"timeout": {"enum": ["2s"]}}}}}}
            """);
    try (ScriptedServer server = ScriptedServer.start()) {
      server.json("/schema.json", Files.readString(schema));
      for (String where : new String[] {schema.toString(), server.url() + "/schema.json"}) {
        Run run = run(Map.of(), "check", "-s", where, "-c", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output())
            .contains("ERROR linting the configuration file:\n")
            .contains("\t" + file + ":1:1: at '': missing property 'port'\n")
            .contains("\t" + file + ":2:2: at '/name': ")
            .contains("\t" + file + ":7:5: at '/endpoints/1/timeout': ")
            .doesNotContain("/endpoints/0", "Syntax OK!");
      }
    }
    write("schema.json", "{\"required\": [\"name\"]}");
    assertThat(run(Map.of(), "check", "-s", schema.toString(), "-c", file.toString()).output())
        .endsWith("Syntax OK!\n");
    write("schema.json", "{\"type\": \"text\"}");
    for (String where : new String[] {schema.toString(), folder + "/none.json"}) {
      Run run = run(Map.of(), "check", "-s", where, "-c", file.toString());
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.output()).contains("ERROR compiling the schema:\n\t" + where + ": ");
    }
  }

  @Test
  void lua_fails_a_check_with_the_place_and_what_to_use() throws Exception {
    Path file =
        write(
            "krakend.json",
            "{\"version\":3,\"host\":[\"http://a\"],\"endpoints\":[{\"endpoint\":\"/\",\n"
                + "\"backend\":[{\"url_pattern\":\"/\"}],\n"
                + "\"extra_config\":{\"modifier/lua-endpoint\":{}}}]}");

    Run run = run(Map.of(), "check", "-c", file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains(file + ":3:17: Lua (modifier/lua-endpoint) is not supported; use")
        .contains("validation/cel");
  }

  @Test
  void a_test_finds_a_port_that_is_taken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Path file =
          write(
              "krakend.json",
              "{\"version\":3,\"listen_ip\":\"127.0.0.1\",\"port\":" + taken.getLocalPort() + "}");

      assertThat(run(Map.of(), "check", "-c", file.toString()).code()).isZero();
      Run run = run(Map.of(), "check", "-tc", file.toString());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.output())
          .contains("ERROR testing the configuration file:\n\tlisten 127.0.0.1:");
    }
  }

  private record Run(int code, String output) {}

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    Path output = Files.createTempFile(folder, "run", ".log");
    Process process = GatewayProcess.launch(output, environment, arguments);
    if (!process.waitFor(KrakendGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("does not end:\n" + Files.readString(output));
    }
    return new Run(process.exitValue(), Files.readString(output));
  }

  /** Files in the layout of the training, and the environment that names them. */
  private Map<String, String> template(int port) throws IOException {
    write("krakend.tmpl", TEMPLATE);
    write("templates/endpoints.tmpl", ENDPOINTS);
    write("settings/ports.json", "{\"gateway\": " + port + ", \"names\": [\"a\", \"b\"]}");
    Map<String, String> environment = new HashMap<>();
    environment.put("FC_ENABLE", "1");
    environment.put("FC_SETTINGS", folder.resolve("settings").toString());
    environment.put("FC_TEMPLATES", folder.resolve("templates").toString());
    environment.put("FC_PARTIALS", Files.createDirectories(folder.resolve("partials")).toString());
    environment.put("FC_OUT", folder.resolve("out.json").toString());
    environment.put("SERVICE_NAME", "KrakenD API Gateway");
    return environment;
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
