package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EntityEndpointsTest {
  private static final String ID = "0f0c0000-1111-4111-8111-000000000001";

  private AdminFixture admin;

  @BeforeEach
  void start() {
    admin = AdminFixture.start();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private static List<String> texts(JsonNode list, String field) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.get(field).stringValue()));
    return texts;
  }

  @Test
  void a_service_is_created_with_every_field() {
    Answer answer = admin.json("POST", "/services", "{'name':'s','url':'http://a.test:81/x'}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.object().remove(List.of("id", "created_at", "updated_at")).toString())
        .isEqualTo(
            "{\"name\":\"s\",\"retries\":5,\"protocol\":\"http\",\"host\":\"a.test\",\"port\":81,"
                + "\"path\":\"/x\",\"connect_timeout\":60000,\"write_timeout\":60000,"
                + "\"read_timeout\":60000,\"tags\":null,\"client_certificate\":null,"
                + "\"tls_verify\":null,\"tls_verify_depth\":null,\"ca_certificates\":null,"
                + "\"enabled\":true}");
    assertThat(admin.get("/services/s").json()).isEqualTo(answer.json());
    assertThat(admin.get("/services/" + answer.id()).json()).isEqualTo(answer.json());
  }

  @Test
  void versions_grow_with_writes_and_are_told() {
    assertThat(admin.get("/services").header("X-Portcullis-Config-Version")).contains("0");
    assertThat(
            admin.json("POST", "/services", "{'host':'h'}").header("X-Portcullis-Config-Version"))
        .contains("1");
    assertThat(
            admin.json("POST", "/services", "{'port':'h'}").header("X-Portcullis-Config-Version"))
        .isEmpty();
    assertThat(admin.get("/services").header("X-Portcullis-Config-Version")).contains("1");
  }

  @Test
  void put_creates_and_replaces_by_id_and_by_name() {
    Answer made = admin.json("PUT", "/services/" + ID, "{'host':'h','retries':1}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.id()).isEqualTo(ID);
    Answer replaced =
        admin.json("PUT", "/services/" + ID, "{'host':'g','id':'" + UUID.randomUUID() + "'}");
    assertThat(replaced.id()).isEqualTo(ID);
    assertThat(replaced.json().get("retries").intValue()).isEqualTo(5);
    Answer byName = admin.json("PUT", "/services/two", "{'host':'h','name':'other'}");
    assertThat(byName.json().get("name").stringValue()).isEqualTo("two");
    assertThat(admin.json("PUT", "/services/two", "{'host':'i'}").id()).isEqualTo(byName.id());
  }

  @Test
  void patch_changes_some_fields() {
    admin.json("PUT", "/services/" + ID, "{'name':'s','host':'h','tags':['a']}");
    Answer patched = admin.form("PATCH", "/services/s", "retries=9&tags=");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.json().get("retries").intValue()).isEqualTo(9);
    assertThat(patched.json().get("tags").isNull()).isTrue();
    assertThat(patched.json().get("host").stringValue()).isEqualTo("h");
  }

  @Test
  void a_missing_row_is_404_but_deleting_it_is_fine() {
    assertThat(admin.get("/services/none").text()).isEqualTo("{\"message\":\"Not found\"}");
    assertThat(admin.delete("/services/none").status()).isEqualTo(204);
    assertThat(admin.delete("/services/" + ID).status()).isEqualTo(204);
    assertThat(admin.json("PATCH", "/services/none", "{}").text())
        .isEqualTo(
            "{\"code\":6,\"name\":\"not found\","
                + "\"message\":\"could not find the entity with '{name=\\\"none\\\"}'\","
                + "\"fields\":{\"name\":\"none\"}}");
    assertThat(admin.json("PATCH", "/plugins/" + ID, "{'enabled':false}").text())
        .isEqualTo("{\"message\":\"Not found\"}");
    assertThat(
            admin.json("PATCH", "/plugins/" + ID, "{'name':'cors'}").json().get("code").intValue())
        .isEqualTo(6);
  }

  @Test
  void clashes_and_dangling_references_have_kongs_codes() {
    admin.json("PUT", "/services/" + ID, "{'name':'s','host':'h'}");
    Answer unique = admin.json("POST", "/services", "{'name':'s','host':'h'}");
    assertThat(unique.status()).isEqualTo(409);
    assertThat(unique.message()).isEqualTo("UNIQUE violation detected on '{name=\"s\"}'");
    Answer primary = admin.json("POST", "/services", "{'id':'" + ID + "','host':'h'}");
    assertThat(primary.status()).isEqualTo(400);
    assertThat(primary.message()).isEqualTo("primary key violation on key '{id=\"" + ID + "\"}'");
    Answer dangling =
        admin.json(
            "POST",
            "/routes",
            "{'paths':['/a'],'service':{'id':'00000007-2222-4222-8222-222222222222'}}");
    assertThat(dangling.json().get("code").intValue()).isEqualTo(4);
    Answer unresolved = admin.json("POST", "/routes", "{'paths':['/a'],'service':{'name':'none'}}");
    assertThat(unresolved.json().get("code").intValue()).isEqualTo(13);
    admin.json("POST", "/services/s/routes", "{'paths':['/a']}");
    Answer referenced = admin.delete("/services/s");
    assertThat(referenced.status()).isEqualTo(400);
    assertThat(referenced.message())
        .isEqualTo("an existing 'routes' entity references this 'services' entity");
  }

  @Test
  void bad_path_keys_are_refused() {
    Answer name = admin.get("/services/has%20space");
    assertThat(name.status()).isEqualTo(400);
    assertThat(name.json().get("name").stringValue()).isEqualTo("invalid unique name");
    assertThat(admin.get("/services/%FF").message())
        .isEqualTo("invalid utf-8 character sequence detected at position 1");
  }

  @Test
  void children_belong_to_their_parent() {
    admin.json("POST", "/services", "{'name':'a','host':'h'}");
    admin.json("POST", "/services", "{'name':'b','host':'h'}");
    Answer route = admin.json("POST", "/services/a/routes", "{'name':'r','paths':['/a']}");
    assertThat(route.status()).isEqualTo(201);
    assertThat(admin.get("/services/a/routes/r").json()).isEqualTo(route.json());
    assertThat(admin.get("/services/b/routes/r").status()).isEqualTo(404);
    assertThat(admin.delete("/services/b/routes/r").status()).isEqualTo(404);
    assertThat(admin.json("POST", "/services/none/routes", "{'paths':['/a']}").status())
        .isEqualTo(404);
    assertThat(admin.get("/services/b/routes").text()).isEqualTo("{\"data\":[],\"next\":null}");
    assertThat(texts(admin.get("/services/a/routes").json().get("data"), "name"))
        .containsExactly("r");
    assertThat(admin.json("PUT", "/services/b/routes/r", "{'paths':['/b']}").id())
        .isEqualTo(route.id());
    assertThat(admin.get("/services/b/routes/r").status()).isEqualTo(200);
    assertThat(
            admin
                .json("PATCH", "/services/b/routes/r", "{'service':null}")
                .json()
                .get("service")
                .isNull())
        .isTrue();
  }

  @Test
  void the_referred_row_is_reached_through_the_one_that_refers() {
    admin.json("POST", "/routes", "{'name':'r','paths':['/a']}");
    assertThat(admin.get("/routes/r/service").status()).isEqualTo(404);
    assertThat(admin.delete("/routes/r/service").status()).isEqualTo(404);
    assertThat(admin.json("PATCH", "/routes/r/service", "{}").status()).isEqualTo(404);
    Answer made = admin.json("PUT", "/routes/r/service", "{'name':'s','host':'h'}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(admin.get("/routes/r").json().get("service").get("id").stringValue())
        .isEqualTo(made.id());
    assertThat(
            admin
                .json("PATCH", "/routes/r/service", "{'retries':0}")
                .json()
                .get("retries")
                .intValue())
        .isZero();
    assertThat(admin.json("PUT", "/routes/r/service", "{'host':'g'}").id()).isEqualTo(made.id());
    assertThat(admin.delete("/routes/r/service").status()).isEqualTo(405);
  }

  @Test
  void credentials_hang_on_their_consumer() {
    admin.json("POST", "/consumers", "{'username':'bob','custom_id':'7'}");
    Answer credential = admin.send("POST", "/consumers/bob/jwt", null, BodyPublishers.noBody());
    assertThat(credential.status()).isEqualTo(201);
    assertThat(credential.json().get("key").stringValue()).hasSize(32);
    String key = credential.json().get("key").stringValue();
    assertThat(admin.get("/jwts/" + key + "/consumer").json().get("username").stringValue())
        .isEqualTo("bob");
    assertThat(admin.get("/consumers?custom_id=7").json().get("data").size()).isEqualTo(1);
    assertThat(admin.get("/consumers?custom_id=").message())
        .isEqualTo("custom_id must be an unempty string");
    assertThat(admin.json("POST", "/jwts", "{'consumer':{'username':'bob'},'key':'k'}").status())
        .isEqualTo(201);
    admin.delete("/consumers/bob");
    assertThat(admin.get("/jwts").json().get("data")).isEmpty();
  }

  @Test
  void pages_follow_each_other() {
    for (int i = 0; i < 5; i++) {
      admin.json("POST", "/consumers", "{'username':'u" + i + "','tags':['a']}");
    }
    List<String> seen = new ArrayList<>();
    String next = "/consumers?tags=a&size=2";
    int pages = 0;
    while (next != null) {
      JsonNode page = admin.get(next).json();
      seen.addAll(texts(page.get("data"), "id"));
      next = page.get("next").isNull() ? null : page.get("next").stringValue();
      assertThat(page.has("offset")).isEqualTo(next != null);
      if (next != null) {
        assertThat(next).matches("/consumers\\?offset=[^&]+&tags=a&size=2");
      }
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(5).isSorted().doesNotHaveDuplicates();
    assertThat(admin.get("/consumers?tags=a,b").json().get("data")).isEmpty();
    assertThat(admin.get("/consumers?tags=a/b").json().get("data")).hasSize(5);
    assertThat(admin.get("/consumers?tags=a/b,c").message())
        .isEqualTo("invalid option (tags: invalid filter syntax)");
  }

  @Test
  void tags_are_listed() {
    admin.json("POST", "/services", "{'host':'h','tags':['a','b']}");
    admin.json("POST", "/consumers", "{'username':'u','tags':['a']}");
    assertThat(texts(admin.get("/tags").json().get("data"), "tag"))
        .containsExactlyInAnyOrder("a", "a", "b");
    JsonNode first = admin.get("/tags/a?size=1").json();
    assertThat(first.get("data")).hasSize(1);
    JsonNode second = admin.get(first.get("next").stringValue()).json();
    assertThat(texts(second.get("data"), "entity_name")).hasSize(1);
    assertThat(admin.get("/tags/a,b").json().get("name").stringValue())
        .isEqualTo("invalid unique tag");
    assertThat(admin.get("/tags/none").text()).isEqualTo("{\"data\":[],\"next\":null}");
  }

  @Test
  void plugins_are_validated_by_their_own_schema_and_unique_per_scope() {
    assertThat(admin.json("POST", "/plugins", "{'name':'nope'}").message())
        .isEqualTo(
            "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins'"
                + " configuration property)");
    Answer plugin = admin.form("POST", "/plugins", "name=rate-limiting&config.minute=5");
    assertThat(plugin.status()).isEqualTo(201);
    assertThat(plugin.json().get("config").get("minute").intValue()).isEqualTo(5);
    assertThat(plugin.json().get("config").get("redis").get("port").intValue()).isEqualTo(6379);
    Answer clash = admin.json("POST", "/plugins", "{'name':'rate-limiting','config':{'hour':1}}");
    assertThat(clash.status()).isEqualTo(409);
    assertThat(clash.message())
        .isEqualTo(
            "UNIQUE violation detected on"
                + " '{consumer=null,name=\"rate-limiting\",route=null,service=null}'");
    Answer patched = admin.form("PATCH", "/plugins/" + plugin.id(), "config.hour=100");
    assertThat(patched.json().get("config").get("minute").intValue()).isEqualTo(5);
    assertThat(patched.json().get("config").get("hour").intValue()).isEqualTo(100);
    assertThat(admin.json("PATCH", "/plugins/" + plugin.id(), "{'config':null}").message())
        .isEqualTo("schema violation (config: required field missing)");
  }

  @Test
  void a_plugin_that_changes_its_name_starts_from_the_new_ones_defaults() {
    Answer plugin = admin.json("POST", "/plugins", "{'name':'acl','config':{'allow':['a']}}");
    Answer renamed = admin.json("PATCH", "/plugins/" + plugin.id(), "{'name':'ip-restriction'}");
    assertThat(renamed.json().get("fields").get("config").toString())
        .isEqualTo(
            "{\"allow\":[\"invalid ip or cidr range: 'a'\"],"
                + "\"hide_groups_header\":\"unknown field\","
                + "\"always_use_authenticated_groups\":\"unknown field\"}");
  }

  @Test
  void a_plugin_shares_a_protocol_with_its_route_or_service() {
    admin.json("POST", "/services", "{'name':'s','host':'h'}");
    assertThat(
            admin
                .json("POST", "/services/s/plugins", "{'name':'cors','protocols':['grpc']}")
                .status())
        .isEqualTo(201);
    admin.json("POST", "/services/s/routes", "{'name':'r','paths':['/a']}");
    assertThat(
            admin
                .json("POST", "/routes/r/plugins", "{'name':'cors','protocols':['grpc']}")
                .message())
        .isEqualTo("schema violation (protocols: must match the associated route's protocols)");
    assertThat(
            admin
                .json(
                    "POST",
                    "/services/s/plugins",
                    "{'name':'acl','protocols':['grpc']," + "'config':{'allow':['a']}}")
                .message())
        .isEqualTo(
            "schema violation (protocols: must match the protocols of at least one route pointing"
                + " to this Plugin's service)");
  }

  @Test
  void text_that_no_database_keeps_is_refused() {
    Answer nul = admin.json("POST", "/consumers", "{'username':'a\\u0000b'}");
    assertThat(nul.status()).isEqualTo(400);
    assertThat(nul.message())
        .isEqualTo("schema violation (username: must not contain the character U+0000)");
    assertThat(admin.form("POST", "/consumers", "username=%ff").status()).isEqualTo(400);
    assertThat(admin.form("POST", "/consumers", "a" + ".a".repeat(5000) + "=1").status())
        .isEqualTo(400);
  }

  @Test
  void entities_that_are_not_there_are_unknown_paths() {
    for (String path : List.of("/workspaces", "/default/services", "/nope")) {
      assertThat(admin.get(path).text()).as(path).isEqualTo("{\"message\":\"Not found\"}");
    }
  }
}
