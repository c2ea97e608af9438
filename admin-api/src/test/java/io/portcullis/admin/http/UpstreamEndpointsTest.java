package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamEndpointsTest {
  private static final String UPSTREAM = "00000001-5555-4555-8555-555555555555";
  private static final String TARGET = "00000002-5555-4555-8555-555555555555";
  private static final String FOREIGN = "00000003-5555-4555-8555-555555555555";

  @AutoClose private final AdminFixture admin = AdminFixture.start();

  private void upstream() {
    assertThat(
            admin.json("POST", "/upstreams", "{'id':'" + UPSTREAM + "','name':'u.test'}").status())
        .isEqualTo(201);
  }

  private void target(String id, String target, String more) {
    Answer made =
        admin.json(
            "POST",
            "/upstreams/u.test/targets",
            "{'id':'" + id + "','target':'" + target + "'" + more + "}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private Answer put(String path) {
    return admin.send("PUT", path, null, BodyPublishers.noBody());
  }

  @Test
  void the_forms_of_the_tutorial_make_an_upstream_and_its_targets() {
    Answer made =
        admin.form(
            "POST",
            "/upstreams",
            "name=streaming-upstream&hash_on=ip&hash_fallback=none&healthchecks.active.timeout=5"
                + "&healthchecks.active.concurrency=10&healthchecks.active.http_path=/health");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().get("algorithm").stringValue()).isEqualTo("consistent-hashing");
    assertThat(made.json().at("/healthchecks/active/timeout").intValue()).isEqualTo(5);
    assertThat(made.json().at("/healthchecks/active/http_path").stringValue()).isEqualTo("/health");
    assertThat(made.json().at("/healthchecks/active/type").stringValue()).isEqualTo("http");
    Answer target =
        admin.form(
            "POST",
            "/upstreams/streaming-upstream/targets",
            "target=streaming-backend-1:8000&weight=100");
    assertThat(target.status()).isEqualTo(201);
    assertThat(target.json().get("target").stringValue()).isEqualTo("streaming-backend-1:8000");
    assertThat(target.json().at("/upstream/id").stringValue()).isEqualTo(made.id());
  }

  @Test
  void targets_are_listed_from_the_newest_and_all_of_them_by_id() {
    upstream();
    for (int i = 0; i < 4; i++) {
      target(
          "0000001" + i + "-5555-4555-8555-555555555555",
          "t" + i + ".test:80",
          ",'created_at':" + (1700000000 + i % 3));
    }
    assertThat(names(admin.get("/upstreams/u.test/targets")))
        .containsExactly("t2.test:80", "t1.test:80", "t0.test:80", "t3.test:80");
    assertThat(names(admin.get("/upstreams/u.test/targets/all")))
        .containsExactly("t0.test:80", "t1.test:80", "t2.test:80", "t3.test:80");

    Answer first = admin.get("/upstreams/u.test/targets?size=3");
    assertThat(names(first)).hasSize(3);
    assertThat(first.json().get("offset").stringValue()).isEqualTo("3");
    assertThat(first.json().get("next").stringValue())
        .isEqualTo("/upstreams/u.test/targets?offset=3");
    Answer last = admin.get(first.json().get("next").stringValue());
    assertThat(names(last)).containsExactly("t3.test:80");
    assertThat(last.json().get("next").isNull()).isTrue();
    assertThat(names(admin.get("/upstreams/u.test/targets?offset=99"))).isEmpty();
    Answer none = admin.get("/upstreams/u.test/targets?size=0");
    assertThat(names(none)).isEmpty();
    assertThat(none.json().get("next").isString()).isTrue();
    Answer byId = admin.get("/upstreams/u.test/targets/all?size=3");
    assertThat(names(admin.get(byId.json().get("next").stringValue())))
        .containsExactly("t3.test:80");
  }

  @ParameterizedTest
  @CsvSource({
    "targets?size=x, 9",
    "targets?size=-1, 9",
    "targets?size=1.5, 9",
    "targets?offset=x, 7",
    "targets?offset=, 7",
    "targets?offset=-1, 7",
    "targets?offset=99999999999, 7",
    "targets?tags=, 11",
    "targets/all?size=0, 9",
    "targets/all?offset=1, 7",
    "health?size=x, 9"
  })
  void pages_that_are_none_are_refused(String path, int code) {
    upstream();
    Answer refused = admin.get("/upstreams/u.test/" + path);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.json().get("code").intValue()).isEqualTo(code);
  }

  private static List<String> names(Answer page) {
    assertThat(page.status()).as(page.text()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    page.json().get("data").forEach(row -> names.add(row.get("target").stringValue()));
    return names;
  }

  @Test
  void a_target_is_named_by_id_or_by_host_and_port_in_any_form() {
    upstream();
    target(TARGET, "[::1]:80", "");
    for (String name :
        List.of(TARGET, "[0000:0000:0000:0000:0000:0000:0000:0001]:80", "[::1]:80")) {
      String path = name.replace("[", "%5B").replace("]", "%5D");
      assertThat(admin.get("/upstreams/u.test/targets/" + path).id()).isEqualTo(TARGET);
      assertThat(admin.get("/upstreams/" + UPSTREAM + "/targets/" + path).id()).isEqualTo(TARGET);
    }
    for (String name : List.of("%5B::1%5D:81", "none.test", FOREIGN, "a%20b")) {
      Answer missing = admin.get("/upstreams/u.test/targets/" + name);
      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.message()).isEqualTo("Not found");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void a_target_is_changed_but_never_made(String method) {
    upstream();
    target(TARGET, "a.test:80", ",'weight':7,'created_at':1500000000.5");
    Answer changed =
        admin.json(
            method,
            "/upstreams/u.test/targets/a.test:80",
            "{'id':'" + FOREIGN + "','tags':['t'],'upstream':{'id':'" + FOREIGN + "'}}");
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(changed.id()).isEqualTo(TARGET);
    assertThat(changed.json().get("weight").intValue()).isEqualTo(7);
    assertThat(changed.json().get("created_at").doubleValue()).isEqualTo(1500000000.5);
    assertThat(changed.json().at("/upstream/id").stringValue()).isEqualTo(UPSTREAM);
    assertThat(admin.get("/upstreams/u.test/targets/" + TARGET).json()).isEqualTo(changed.json());

    Answer renamed =
        admin.json(method, "/upstreams/u.test/targets/" + TARGET, "{'target':'b.test'}");
    assertThat(renamed.json().get("target").stringValue()).isEqualTo("b.test:8000");
    assertThat(
            admin.json(method, "/upstreams/u.test/targets/" + TARGET, "{'target':'a b'}").message())
        .isEqualTo(
            "schema violation (target: Invalid target ('a b'); not a valid hostname or ip"
                + " address)");

    for (String name : List.of(FOREIGN, "none.test:80")) {
      Answer missing =
          admin.json(method, "/upstreams/u.test/targets/" + name, "{'target':'none.test:80'}");
      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.message()).isEqualTo("Not found");
    }
  }

  @Test
  void a_target_of_another_upstream_is_not_there() {
    upstream();
    admin.json("POST", "/upstreams", "{'name':'other.test'}");
    target(TARGET, "a.test:80", "");
    String path = "/upstreams/other.test/targets/" + TARGET;
    assertThat(admin.get(path).status()).isEqualTo(404);
    assertThat(admin.json("PUT", path, "{'weight':1}").status()).isEqualTo(404);
    assertThat(admin.json("PATCH", path, "{'weight':1}").status()).isEqualTo(404);
    assertThat(admin.delete(path).status()).isEqualTo(404);
    assertThat(put(path + "/healthy").status()).isEqualTo(404);
    assertThat(admin.delete("/upstreams/u.test/targets/" + TARGET).status()).isEqualTo(204);
    assertThat(admin.delete("/upstreams/u.test/targets/" + TARGET).status()).isEqualTo(404);
  }

  @Test
  void the_same_target_twice_is_a_conflict_whatever_its_form() {
    upstream();
    target(TARGET, "1.2.3.4", "");
    Answer twice = admin.json("POST", "/upstreams/u.test/targets", "{'target':'001.2.3.4:8000'}");
    assertThat(twice.status()).isEqualTo(409);
    assertThat(twice.message())
        .isEqualTo(
            "UNIQUE violation detected on '{target=\"1.2.3.4:8000\",upstream={id=\""
                + UPSTREAM
                + "\"}}'");
    target(FOREIGN, "1.2.3.4:8001", "");
    Answer moved =
        admin.json("PATCH", "/upstreams/u.test/targets/" + FOREIGN, "{'target':'1.2.3.4'}");
    assertThat(moved.status()).isEqualTo(409);
    Answer taken =
        admin.json(
            "POST", "/upstreams/u.test/targets", "{'target':'x.test','id':'" + TARGET + "'}");
    assertThat(taken.status()).isEqualTo(400);
    assertThat(taken.message()).startsWith("primary key violation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | target: required field missing",
        "{'target':null} | target: required field missing",
        "{'target':5} | target: expected a string",
        "{'target':['a']} | target: expected a string",
        "{'target':''} | target: Invalid target; not a valid hostname or ip address",
        "{'target':'a b','weight':-1} | target: Invalid target; not a valid hostname or ip address",
        "{'target':'a:65536'} | target: Invalid target; not a valid hostname or ip address",
        "{'target':'a','weight':-1} | weight: value should be between 0 and 65535",
        "{'target':'a','weight':65536} | weight: value should be between 0 and 65535",
        "{'target':'a','weight':'5'} | weight: expected an integer",
        "{'target':'a','weight':true} | weight: expected an integer",
        "{'target':'a','tags':'t'} | tags: expected a set",
        "{'target':'a','id':'x'} | id: expected a valid UUID",
        "{'target':'a','created_at':-1} | created_at: expected a valid timestamp",
        "{'target':'a','port':80} | port: unknown field"
      })
  void wrong_targets_are_refused(String body, String message) {
    upstream();
    Answer refused = admin.json("POST", "/upstreams/u.test/targets", body);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.message()).isEqualTo("schema violation (" + message + ")");
    assertThat(refused.json().get("code").intValue()).isEqualTo(2);
  }

  @Test
  void a_weight_may_be_null_or_nothing() {
    upstream();
    target(TARGET, "a.test:80", ",'weight':0");
    target(FOREIGN, "b.test:80", ",'weight':null");
    assertThat(names(admin.get("/upstreams/u.test/targets"))).hasSize(2);
  }

  @Test
  void an_unknown_upstream_has_nothing() {
    for (String path :
        List.of("targets", "targets/all", "targets/a.test:80", "health", "client_certificate")) {
      Answer missing = admin.get("/upstreams/none.test/" + path);
      assertThat(missing.status()).as(path).isEqualTo(404);
      assertThat(missing.message()).isEqualTo("Not found");
    }
    assertThat(admin.json("POST", "/upstreams/none.test/targets", "{'target':'a.test'}").status())
        .isEqualTo(404);
    assertThat(put("/upstreams/none.test/targets/a.test:80/healthy").status()).isEqualTo(404);
    assertThat(admin.get("/upstreams/1.2.3.4/targets").message())
        .isEqualTo("Invalid name ('1.2.3.4'); no ip addresses allowed");
    assertThat(admin.get("/upstreams/1.2.3.4/targets").status()).isEqualTo(400);
  }

  @Test
  void targets_are_nowhere_but_below_their_upstream() {
    upstream();
    target(TARGET, "a.test:80", "");
    for (String path : List.of("/targets", "/targets/" + TARGET, "/targets/x/upstream")) {
      assertThat(admin.get(path).status()).isEqualTo(404);
      assertThat(admin.get(path).message()).isEqualTo("Not found");
    }
    List<String> paths = new ArrayList<>();
    admin.get("/endpoints").json().get("data").forEach(path -> paths.add(path.stringValue()));
    assertThat(paths)
        .contains(
            "/certificates/{certificates}/upstreams",
            "/certificates/{certificates}/upstreams/{upstreams}",
            "/upstreams",
            "/upstreams/{upstreams}",
            "/upstreams/{upstreams}/client_certificate",
            "/upstreams/{upstreams}/health",
            "/upstreams/{upstreams}/targets",
            "/upstreams/{upstreams}/targets/all",
            "/upstreams/{upstreams}/targets/{targets}",
            "/upstreams/{upstreams}/targets/{targets}/healthy",
            "/upstreams/{upstreams}/targets/{targets}/unhealthy",
            "/upstreams/{upstreams}/targets/{targets}/{address}/healthy",
            "/upstreams/{upstreams}/targets/{targets}/{address}/unhealthy")
        .noneMatch(path -> path.startsWith("/targets"));
  }

  @Test
  void deleting_an_upstream_takes_its_targets_and_their_tags_along() {
    upstream();
    target(TARGET, "a.test:80", ",'tags':['t1']");
    assertThat(admin.get("/tags/t1").json().at("/data/0/entity_name").stringValue())
        .isEqualTo("targets");
    assertThat(admin.delete("/upstreams/u.test").status()).isEqualTo(204);
    assertThat(admin.get("/tags/t1").json().get("data")).isEmpty();
    upstream();
    assertThat(names(admin.get("/upstreams/u.test/targets"))).isEmpty();
    assertThat(admin.delete("/upstreams/none.test").status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'name':'a b'} | name: Invalid name ('a b'); must be a valid hostname",
        "{'name':'a.test:80'} | name: Invalid name ('a.test:80'); no port allowed",
        "{'name':5} | name: expected a string",
        "{'name':'u','slots':'x'} | slots: expected an integer",
        "{'name':'u','healthchecks':1} | healthchecks: expected a record",
        "{'name':'u','healthchecks':{'active':null}} | healthchecks.active: required field missing",
        "{'name':'u','client_certificate':{'id':'x'}} | client_certificate.id: expected a valid"
            + " UUID"
      })
  void wrong_upstreams_are_refused(String body, String message) {
    Answer refused = admin.json("POST", "/upstreams", body);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.message()).isEqualTo("schema violation (" + message + ")");
  }

  @Test
  void a_certificate_that_is_not_there_is_refused() {
    Answer refused =
        admin.json(
            "POST", "/upstreams", "{'name':'u','client_certificate':{'id':'" + FOREIGN + "'}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .isEqualTo(
            "the foreign key '{id=\""
                + FOREIGN
                + "\"}' does not reference an existing 'certificates' entity.");
  }

  @Test
  void schemas_are_described_and_validate() {
    assertThat(admin.get("/schemas/upstreams").json().get("fields")).hasSize(21);
    assertThat(admin.get("/schemas/targets").json().get("fields")).hasSize(7);
    assertThat(admin.json("POST", "/schemas/upstreams/validate", "{'name':'u'}").status())
        .isEqualTo(200);
    assertThat(
            admin
                .json(
                    "POST",
                    "/schemas/targets/validate",
                    "{'target':'a b','upstream':{'id':'" + UPSTREAM + "'}}")
                .message())
        .contains("Invalid target ('a b'); not a valid hostname or ip address");
    assertThat(admin.json("POST", "/schemas/targets/validate", "{'target':'a.test'}").message())
        .isEqualTo("schema violation (upstream: required field missing)");
  }

  @Test
  void methods_are_told_and_others_refused() {
    upstream();
    target(TARGET, "a.test:80", "");
    String path = "/upstreams/u.test/targets";
    assertThat(allow(path)).isEqualTo("GET, HEAD, OPTIONS, POST");
    assertThat(allow(path + "/all")).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(allow(path + "/a.test:80")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
    assertThat(allow(path + "/a.test:80/healthy")).isEqualTo("OPTIONS, POST, PUT");
    assertThat(allow("/upstreams/u.test/health")).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(admin.json("PUT", path + "/all", "{}").status()).isEqualTo(405);
    assertThat(admin.delete(path).status()).isEqualTo(405);
    assertThat(admin.delete("/upstreams").status()).isEqualTo(405);
  }

  private String allow(String path) {
    return admin.send("OPTIONS", path, null, BodyPublishers.noBody()).header("Allow").orElseThrow();
  }

  @Test
  void tags_filter_upstreams_and_those_of_targets_are_listed() {
    upstream();
    admin.json("POST", "/upstreams", "{'name':'tagged.test','tags':['a','b']}");
    target(TARGET, "a.test:80", ",'tags':['a']");
    assertThat(admin.get("/upstreams?tags=a,b").json().get("data")).hasSize(1);
    assertThat(admin.get("/upstreams?tags=c").json().get("data")).isEmpty();
    assertThat(admin.get("/tags/a").json().get("data")).hasSize(2);
    assertThat(names(admin.get("/upstreams/u.test/targets?tags=none"))).hasSize(1);
  }
}
