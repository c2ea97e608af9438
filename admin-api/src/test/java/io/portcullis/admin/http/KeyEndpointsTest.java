package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class KeyEndpointsTest {
  private static final String REFERENCE = "'jwk':'{vault://env/jwk}'";

  @AutoClose private final AdminFixture admin = AdminFixture.start();

  private Answer key(String kid, String set) {
    return admin.json("POST", "/keys", "{'kid':'" + kid + "','set':" + set + "," + REFERENCE + "}");
  }

  @Test
  void a_key_id_is_unique_within_its_set_and_without_one() {
    admin.json("POST", "/key-sets", "{'name':'s'}");
    admin.json("POST", "/key-sets", "{'name':'t'}");
    assertThat(key("1", "null").status()).isEqualTo(201);
    assertThat(key("1", "{'name':'s'}").status()).isEqualTo(201);
    assertThat(key("1", "{'name':'t'}").status()).isEqualTo(201);
    assertThat(key("1", "null").text())
        .contains("\"code\":5")
        .contains("UNIQUE violation detected on '{kid=\\\"1\\\",set=null}'");
    assertThat(key("1", "{'name':'s'}").status()).isEqualTo(409);
  }

  @Test
  void keys_hang_below_their_set_and_go_with_it() {
    String set = admin.json("POST", "/key-sets", "{'name':'s','tags':['x']}").id();
    Answer made =
        admin.json("POST", "/key-sets/s/keys", "{'kid':'1','name':'k'," + REFERENCE + "}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().get("set").get("id").stringValue()).isEqualTo(set);
    assertThat(made.json().get("jwk").stringValue()).isEqualTo("{vault://env/jwk}");
    assertThat(admin.get("/key-sets/s/keys").json().get("data").get(0)).isEqualTo(made.json());
    assertThat(admin.get("/key-sets/s/keys/k").json()).isEqualTo(made.json());
    assertThat(admin.get("/keys/k/set").id()).isEqualTo(set);
    assertThat(admin.json("PATCH", "/keys/k/set", "{'name':'renamed'}").status()).isEqualTo(200);
    assertThat(admin.get("/key-sets?tags=x").json().get("data").get(0).get("name").stringValue())
        .isEqualTo("renamed");
    assertThat(admin.delete("/keys/k/set").status()).isEqualTo(405);
    assertThat(admin.delete("/key-sets/renamed").status()).isEqualTo(204);
    assertThat(admin.get("/keys/k").status()).isEqualTo(404);
  }

  @Test
  void a_set_is_put_by_its_name() {
    Answer made = admin.json("PUT", "/key-sets/fresh", "{}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().get("name").stringValue()).isEqualTo("fresh");
    assertThat(admin.json("PUT", "/key-sets/fresh", "{'tags':['t']}").id()).isEqualTo(made.id());
  }

  @Test
  void a_patch_may_change_the_form_of_a_key_only_as_a_whole() {
    admin.json("POST", "/keys", "{'kid':'1','name':'k'," + REFERENCE + "}");
    assertThat(admin.json("PATCH", "/keys/k", "{'pem':{'public_key':'{vault://env/p}'}}").message())
        .isEqualTo("schema violation (only one or none of these fields must be set: 'jwk', 'pem')");
    Answer changed =
        admin.json("PATCH", "/keys/k", "{'jwk':null,'pem':{'public_key':'{vault://env/p}'}}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().get("pem").toString())
        .isEqualTo("{\"private_key\":null,\"public_key\":\"{vault://env/p}\"}");
  }
}
