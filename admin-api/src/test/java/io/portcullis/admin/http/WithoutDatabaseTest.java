package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.SecureRandomValues;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WithoutDatabaseTest {
  private static final String SERVICE = "00000001-1111-4111-8111-111111111111";
  private static final String ROUTE = "00000002-1111-4111-8111-111111111111";

  private static final String UPSTREAM = "00000003-1111-4111-8111-111111111111";

  private final EntitySpecs specs = new EntitySpecs(SamplePlugins.catalog());
  private final EntityEditor editor =
      new EntityEditor(specs, InstantSource.system(), new SecureRandomValues());
  private final AtomicReference<Snapshot> served = new AtomicReference<>();
  private AdminFixture admin;

  @BeforeEach
  void start() {
    List<StoredEntity> entities = new ArrayList<>();
    entities.add(
        entity("services", "{'id':'" + SERVICE + "','name':'s','host':'h','tags':['a','b']}"));
    entities.add(
        entity(
            "routes",
            "{'id':'"
                + ROUTE
                + "','name':'r','paths':['/'],'tags':['a'],'service':{'id':'"
                + SERVICE
                + "'}}"));
    for (int i = 0; i < 3; i++) {
      entities.add(entity("consumers", "{'username':'u" + i + "','custom_id':'c" + i + "'}"));
    }
    entities.add(entity("upstreams", "{'id':'" + UPSTREAM + "','name':'u'}"));
    for (int i = 0; i < 2; i++) {
      entities.add(
          entity(
              "targets",
              "{'target':'t%d','created_at':%d,'upstream':{'id':'%s'}}"
                  .formatted(i, i + 1, UPSTREAM)));
    }
    served.set(new Snapshot(4, entities));
    admin = AdminFixture.over(specs, new SnapshotAccess(served::get));
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private StoredEntity entity(String name, String json) {
    EntitySpec spec = specs.byName(name).orElseThrow();
    ObjectNode input = (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
    Outcome.Accepted accepted = (Outcome.Accepted) editor.insert(spec, input, ForeignLookup.NONE);
    return new StoredEntity(
        name, UUID.fromString(accepted.entity().get("id").stringValue()), accepted.entity());
  }

  @Test
  void everything_can_be_read() {
    assertThat(admin.get("/").json().get("configuration").get("database").stringValue())
        .isEqualTo("off");
    assertThat(admin.get("/services/s").id()).isEqualTo(SERVICE);
    assertThat(admin.get("/services/" + SERVICE + "/routes/r").id()).isEqualTo(ROUTE);
    assertThat(admin.get("/routes/r/service").id()).isEqualTo(SERVICE);
    assertThat(admin.get("/services?tags=a,b").json().get("data")).hasSize(1);
    assertThat(admin.get("/services?tags=a,c").json().get("data")).isEmpty();
    assertThat(admin.get("/services?tags=a/c").json().get("data")).hasSize(1);
    assertThat(admin.get("/tags/a").json().get("data")).hasSize(2);
    assertThat(admin.get("/consumers?custom_id=c1").json().get("data")).hasSize(1);
    assertThat(admin.get("/services").header("X-Portcullis-Config-Version")).contains("4");
    String next = admin.get("/consumers?size=2").json().get("next").stringValue();
    assertThat(admin.get(next).json().get("data")).hasSize(1);
    String moreTags = admin.get("/tags?size=2").json().get("next").stringValue();
    assertThat(admin.get(moreTags).json().get("data")).hasSize(1);
  }

  @Test
  void targets_are_found_and_not_written() {
    JsonNode targets = admin.get("/upstreams/u/targets").json().get("data");
    assertThat(targets).hasSize(2);
    assertThat(targets.get(0).get("target").stringValue()).isEqualTo("t1:8000");
    assertThat(admin.get("/upstreams/u/targets/all?size=1").json().get("data")).hasSize(1);
    assertThat(admin.get("/upstreams/u/targets/t0:8000").status()).isEqualTo(200);
    assertThat(admin.get("/upstreams/u/health").json().get("data")).hasSize(2);
    refuses(
        "cannot create 'targets' entities",
        admin.json("POST", "/upstreams/u/targets", "{'target':'a'}"));
    refuses(
        "cannot update 'targets' entities",
        admin.json("PUT", "/upstreams/u/targets/t0:8000", "{'weight':1}"));
    refuses("cannot remove 'targets' entities", admin.delete("/upstreams/u/targets/t0:8000"));
  }

  @Test
  void a_new_snapshot_is_seen_at_once() {
    assertThat(admin.get("/services/s").status()).isEqualTo(200);
    served.set(new Snapshot(5, List.of()));
    assertThat(admin.get("/services/s").status()).isEqualTo(404);
  }

  @Test
  void writes_are_refused_after_validation() {
    Answer invalid = admin.json("POST", "/services", "{'port':1}");
    assertThat(invalid.status()).isEqualTo(400);
    refuses("cannot create 'services' entities", admin.json("POST", "/services", "{'host':'h'}"));
    refuses(
        "cannot create or update 'services' entities",
        admin.json("PUT", "/services/" + SERVICE, "{'host':'h'}"));
    refuses(
        "cannot create or update 'services' entities by 'name'",
        admin.json("PUT", "/services/s", "{'host':'h'}"));
    refuses(
        "cannot update 'services' entities",
        admin.json("PATCH", "/services/" + SERVICE, "{'retries':1}"));
    refuses("cannot remove 'routes' entities", admin.delete("/routes/" + ROUTE));
    assertThat(admin.delete("/routes/none").status()).isEqualTo(204);
    assertThat(
            admin
                .send("PUT", "/debug/node/log-level/debug", null, BodyPublishers.noBody())
                .status())
        .isEqualTo(405);
  }

  private static void refuses(String message, Answer answer) {
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.json().get("code").intValue()).isEqualTo(12);
    assertThat(answer.message()).isEqualTo(message + " when not using a database");
  }

  @Test
  void the_status_has_a_hash_in_place_of_a_database() {
    var status = admin.get("/status").json();
    assertThat(status.has("database")).isFalse();
    assertThat(status.get("configuration_hash").stringValue()).matches("[0-9a-f]{32}");
  }
}
