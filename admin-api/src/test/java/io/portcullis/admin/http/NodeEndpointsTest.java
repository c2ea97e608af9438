package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NodeEndpointsTest {
  private AdminFixture admin;

  @BeforeEach
  void start() {
    admin = AdminFixture.start();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private Answer put(String path) {
    return admin.send("PUT", path, null, BodyPublishers.noBody());
  }

  @Test
  void the_root_tells_what_clients_branch_on() {
    admin.json("POST", "/plugins", "{'name':'cors'}");
    JsonNode root = admin.get("/").json();
    assertThat(root.get("version").stringValue()).isEqualTo("3.9.1");
    assertThat(root.get("configuration").get("database").stringValue()).isEqualTo("postgres");
    assertThat(root.get("configuration").get("proxy_listen").stringValue())
        .isEqualTo("0.0.0.0:8000");
    assertThat(root.get("plugins").get("enabled_in_cluster").toString()).isEqualTo("[\"cors\"]");
    assertThat(root.get("plugins").get("available_on_server").get("jwt").get("priority").intValue())
        .isEqualTo(1450);
    assertThat(root.get("node_id").stringValue()).isEqualTo(AdminFixture.NODE.toString());
    assertThat(root.get("portcullis").get("database").stringValue()).isEqualTo("h2");
  }

  @Test
  void the_status_counts_and_tells_what_is_served() {
    JsonNode status = admin.get("/status").json();
    assertThat(status.get("database").toString()).isEqualTo("{\"reachable\":true}");
    assertThat(status.get("server").get("total_requests").intValue()).isEqualTo(7);
    assertThat(status.get("connections").get("active").intValue()).isEqualTo(1);
    assertThat(
            status
                .get("memory")
                .get("workers_lua_vms")
                .get(0)
                .get("http_allocated_gc")
                .stringValue())
        .matches("\\d+\\.\\d\\d MiB");
    JsonNode own = status.get("portcullis");
    assertThat(own.get("config_version").intValue()).isEqualTo(3);
    assertThat(own.get("quarantined").get(0).get("reason").stringValue()).isEqualTo("bad regex");
    assertThat(
            admin
                .get("/status?unit=b")
                .json()
                .get("memory")
                .get("workers_lua_vms")
                .get(0)
                .get("http_allocated_gc")
                .isNumber())
        .isTrue();
    assertThat(
            admin
                .get("/status?unit=K&scale=0")
                .json()
                .get("memory")
                .get("workers_lua_vms")
                .get(0)
                .get("http_allocated_gc")
                .stringValue())
        .matches("\\d+ KiB");
    assertThat(admin.get("/status?unit=x").message())
        .isEqualTo("invalid unit 'x' (expected 'k/K', 'm/M', or 'g/G')");
  }

  @Test
  void every_endpoint_is_listed_and_answers_options() {
    List<String> templates = new ArrayList<>();
    admin.get("/endpoints").json().get("data").forEach(path -> templates.add(path.stringValue()));
    assertThat(templates)
        .containsSubsequence(
            "/", "/acls", "/ca_certificates", "/ca_certificates/{ca_certificates}", "/cache")
        .contains(
            "/services/{services}/routes/{routes}",
            "/routes/{routes}/service",
            "/consumers/{consumers}/jwt/{jwt_secrets}",
            "/jwts/{jwt_secrets}/consumer",
            "/plugins/enabled",
            "/schemas/plugins/validate",
            "/certificates/{certificates}/snis/{snis}",
            "/services/{services}/client_certificate",
            "/metrics")
        .doesNotContain("/snis/{snis}/certificate");
    for (String template : templates) {
      Answer options =
          admin.send(
              "OPTIONS", template.replaceAll("\\{\\w+}", "x"), null, BodyPublishers.noBody());
      assertThat(options.status()).as(template).isEqualTo(204);
      assertThat(options.header("Allow")).as(template).isPresent();
    }
  }

  @Test
  void schemas_are_shown_and_validated_against() {
    assertThat(admin.get("/schemas/services").json().get("fields").get(0).has("id")).isTrue();
    assertThat(admin.get("/schemas/nope").message()).isEqualTo("No entity named 'nope'");
    assertThat(admin.get("/schemas/vaults/nope").message()).isEqualTo("No vault named 'nope'");
    assertThat(admin.get("/schemas/vaults/env").json().get("fields").get(0).has("config")).isTrue();
    assertThat(admin.get("/schemas/parameters").json().get("fields")).hasSize(3);
    assertThat(admin.get("/schemas/clustering_data_planes").json().get("fields")).hasSize(11);
    assertThat(admin.get("/schemas/plugins/nope").message()).isEqualTo("No plugin named 'nope'");
    assertThat(admin.get("/schemas/plugins/acl").json().has("entity_checks")).isTrue();
    assertThat(admin.get("/plugins/schema/acl").json().get("fields").get(0).has("allow")).isTrue();
    assertThat(admin.get("/plugins/enabled").json().get("enabled_plugins")).hasSize(6);
    assertThat(admin.json("POST", "/schemas/services/validate", "{'host':'h'}").text())
        .isEqualTo("{\"message\":\"schema validation successful\"}");
    assertThat(admin.form("POST", "/schemas/services/validate", "host=h&port=80").message())
        .isEqualTo("schema violation (port: expected an integer)");
    assertThat(admin.json("POST", "/schemas/plugins/validate", "{'name':'cors'}").status())
        .isEqualTo(200);
    assertThat(admin.json("POST", "/schemas/tags/validate", "{}").message())
        .isEqualTo(
            "2 schema violations (entity_name: required field missing; tag: required field"
                + " missing)");
    assertThat(admin.get("/services").json().get("data")).isEmpty();
  }

  @Test
  void the_log_level_can_be_changed() {
    assertThat(admin.get("/debug/node/log-level").message()).isEqualTo("log level: notice");
    assertThat(put("/debug/node/log-level/notice").message())
        .isEqualTo("log level is already notice");
    assertThat(put("/debug/node/log-level/nope").message()).isEqualTo("unknown log level: nope");
    assertThat(put("/debug/node/log-level/debug?timeout=-1").message())
        .isEqualTo("timeout must be greater than or equal to 0");
    assertThat(put("/debug/node/log-level/debug?timeout=5").message())
        .isEqualTo("log level changed");
    assertThat(admin.logLevels.current()).isEqualTo("debug");
  }

  @Test
  void what_kong_has_and_we_lack_answers_as_kong_without_it() {
    assertThat(admin.get("/cache/none").status()).isEqualTo(404);
    assertThat(admin.delete("/cache/none").status()).isEqualTo(204);
    assertThat(admin.delete("/cache").status()).isEqualTo(204);
    assertThat(admin.get("/status/dns").status()).isEqualTo(501);
    assertThat(admin.get("/clustering/data-planes").status()).isEqualTo(400);
    assertThat(admin.get("/filter-chains").message())
        .isEqualTo("this endpoint is only available when wasm is enabled");
    assertThat(admin.json("POST", "/routes/r/filter-chains", "{}").status()).isEqualTo(400);
    assertThat(admin.delete("/services/s/filter-chains/f").status()).isEqualTo(400);
    assertThat(admin.get("/routes/r/filters/enabled").status()).isEqualTo(400);
    assertThat(admin.get("/config").message())
        .isEqualTo("this endpoint is only available when Kong is configured to not use a database");
    assertThat(admin.get("/timers").json().get("worker").has("count")).isTrue();
    assertThat(admin.get("/robots.txt").text()).isEqualTo("User-agent: *\nDisallow: /");
    assertThat(admin.get("/metrics").text()).isEqualTo("up 1\n");
  }

  @Test
  void requests_leave_no_memory_outside_the_heap_behind() {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    admin.get("/");
    long before = direct.getCount();
    for (int i = 0; i < 300; i++) {
      admin.get("/");
    }
    assertThat(direct.getCount() - before).isLessThan(50);
  }
}
