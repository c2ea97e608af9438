package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpecs;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ConfigurationEndpointsTest {
  private static final UUID SERVICE = new UUID(1, 2);

  private final Recorded configuration = new Recorded();
  private final EntitySpecs specs = new EntitySpecs(SamplePlugins.catalog());

  @AutoClose
  private final AdminFixture admin =
      AdminFixture.over(specs, new SnapshotAccess(() -> new Snapshot(7, List.of())), configuration);

  /** Takes over everything, but answers what a test wants. */
  private static final class Recorded implements ReplaceableConfiguration {
    final List<String> given = new ArrayList<>();
    final List<Boolean> unlessSame = new ArrayList<>();
    Replacement answer =
        new Replacement.Done(
            8,
            List.of(
                new StoredEntity(
                    "services", SERVICE, JsonNodeFactory.instance.objectNode().put("host", "h"))));

    @Override
    public Replacement replace(Given what, boolean unlessTheSame) {
      unlessSame.add(unlessTheSame);
      given.add(
          switch (what) {
            case Given.Text(String text) -> text;
            case Given.Tree(var tree) -> tree.toString();
          });
      return answer;
    }
  }

  @Test
  void the_configuration_is_one_text() {
    assertThat(admin.get("/config").json())
        .hasToString("{\"config\":\"version: 7\\nnulls: kept\\n\"}");
    Answer exported = admin.get("/portcullis/config");
    assertThat(exported.text()).isEqualTo("version: 7\n");
    assertThat(exported.header("Content-Type")).contains("application/yaml");
  }

  @Test
  void the_body_may_be_the_configuration_itself() {
    Answer answer =
        admin.json(
            "POST", "/config?check_hash=1", "{'_format_version':'3.0','flatten_errors':true}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json()).hasToString("{\"services\":{\"" + SERVICE + "\":{\"host\":\"h\"}}}");
    assertThat(answer.header("X-Portcullis-Config-Version")).contains("8");
    assertThat(configuration.given).containsExactly("{\"_format_version\":\"3.0\"}");
    assertThat(configuration.unlessSame).containsExactly(true);
  }

  @Test
  void the_body_may_hold_the_configuration_as_text() {
    admin.json("POST", "/config", "{'config':'a: 1','check_hash':0}");
    admin.form("POST", "/config", "config=b%3A+1&check_hash=1");
    assertThat(configuration.given).containsExactly("a: 1", "b: 1");
    assertThat(configuration.unlessSame).containsExactly(false, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/yaml",
        "text/yaml; charset=utf-8",
        "application/x-yaml",
        "text/x-yaml"
      })
  void the_body_may_be_yaml(String type) {
    assertThat(admin.send("POST", "/config", type, BodyPublishers.ofString("a: ü")).status())
        .isEqualTo(201);
    assertThat(configuration.given).containsExactly("a: ü");
  }

  @Test
  void a_request_without_a_configuration_is_refused() {
    for (Answer answer :
        List.of(
            admin.send("POST", "/config", null, BodyPublishers.noBody()),
            admin.send("POST", "/config", "text/yaml", BodyPublishers.noBody()),
            admin.form("POST", "/config", "check_hash=1"))) {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.message()).isEqualTo("expected a declarative configuration");
    }
    assertThat(
            admin
                .send(
                    "POST", "/config", "text/yaml", BodyPublishers.ofByteArray(new byte[] {-1, 1}))
                .message())
        .isEqualTo("the declarative configuration is not UTF-8");
    assertThat(configuration.given).isEmpty();
  }

  @Test
  void a_text_that_is_served_already_is_not_modified() {
    configuration.answer = new ReplaceableConfiguration.Replacement.Same();
    Answer answer = admin.json("POST", "/config?check_hash=1", "{'config':'a: 1'}");
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void one_configuration_at_a_time() {
    configuration.answer = new ReplaceableConfiguration.Replacement.Busy();
    Answer answer = admin.json("POST", "/config", "{'config':'a: 1'}");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.message()).isEqualTo("Currently loading previous configuration");
    assertThat(answer.header("Retry-After")).isPresent();
  }

  @Test
  void problems_are_told_as_a_tree_or_by_entity() {
    configuration.answer =
        new ReplaceableConfiguration.Replacement.Refused(
            AdminFixture.PlainFormat.problems("unknown"));
    assertThat(admin.json("POST", "/config", "{'config':'a'}").json())
        .hasToString(
            "{\"code\":14,\"name\":\"invalid declarative configuration\",\"message\":\"declarative"
                + " config is invalid:"
                + " {error=\\\"unknown\\\"}\",\"fields\":{\"error\":\"unknown\"}}");
    var flattened = admin.json("POST", "/config?flatten_errors=on", "{'config':'a'}").json();
    assertThat(flattened.get("fields")).isEmpty();
    assertThat(flattened.get("flattened_errors")).hasToString("[\"unknown\"]");
    assertThat(flattened.get("message").stringValue()).contains("unknown");
  }

  @Test
  void a_database_takes_texts_under_a_path_of_our_own() {
    try (AdminFixture stored = AdminFixture.start()) {
      for (String method : List.of("GET", "POST")) {
        Answer refused = stored.send(method, "/config", null, BodyPublishers.noBody());
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
            .isEqualTo(
                "this endpoint is only available when Kong is configured to not use a database");
      }
      assertThat(stored.get("/portcullis/config").text()).isEqualTo("version: 0\n");
      Answer imported =
          stored.send(
              "POST", "/portcullis/config", "application/yaml", BodyPublishers.ofString("a: 1"));
      assertThat(imported.json()).hasToString("{\"written\":4}");
      Answer refused =
          stored.send(
              "POST", "/portcullis/config", "application/yaml", BodyPublishers.ofString("a"));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().get("fields")).hasToString("{\"error\":\"no colon\"}");
    }
    assertThat(admin.send("POST", "/portcullis/config", null, BodyPublishers.noBody()).status())
        .isEqualTo(405);
  }
}
