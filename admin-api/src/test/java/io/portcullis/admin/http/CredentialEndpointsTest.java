package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CredentialEndpointsTest {
  private static final String BOB = "00000001-6666-4666-8666-666666666666";
  private static final String AL = "00000002-6666-4666-8666-666666666666";
  private static final String BOTH =
      "all or none of these fields must be set: 'password', 'consumer.id'";

  private AdminFixture admin;

  @BeforeEach
  void start() {
    admin = AdminFixture.start();
    admin.json("POST", "/consumers", "{'id':'" + BOB + "','username':'bob'}");
    admin.json("POST", "/consumers", "{'id':'" + AL + "','username':'al'}");
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @Test
  void a_group_is_named_below_its_consumer_only() {
    Answer made = admin.json("PUT", "/consumers/bob/acls/admins", "{'tags':['t']}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().get("group").stringValue()).isEqualTo("admins");
    assertThat(made.json().get("consumer").get("id").stringValue()).isEqualTo(BOB);

    assertThat(admin.get("/consumers/bob/acls/admins").json()).isEqualTo(made.json());
    assertThat(admin.get("/consumers/bob/acls/" + made.id()).json()).isEqualTo(made.json());
    assertThat(admin.get("/acls/" + made.id()).json()).isEqualTo(made.json());
    assertThat(admin.get("/consumers/al/acls/admins").status()).isEqualTo(404);
    assertThat(admin.get("/consumers/al/acls/" + made.id()).status()).isEqualTo(404);
    assertThat(admin.get("/acls/admins").json().get("code").intValue()).isEqualTo(1);
    assertThat(admin.json("PUT", "/consumers/bob/acls/admins", "{}").id()).isEqualTo(made.id());
    assertThat(
            admin
                .json("PATCH", "/consumers/bob/acls/admins", "{'group':'owners'}")
                .json()
                .get("group")
                .stringValue())
        .isEqualTo("owners");
    assertThat(admin.delete("/consumers/bob/acls/admins").status()).isEqualTo(404);
    assertThat(admin.delete("/consumers/bob/acls/owners").status()).isEqualTo(204);
    assertThat(admin.get("/acls").json().get("data")).isEmpty();
  }

  @Test
  void a_consumer_is_in_a_group_once_and_several_consumers_are() {
    assertThat(admin.json("POST", "/consumers/bob/acls", "{'group':'g'}").status()).isEqualTo(201);
    assertThat(admin.json("POST", "/consumers/al/acls", "{'group':'g'}").status()).isEqualTo(201);
    assertThat(admin.json("POST", "/consumers/bob/acls", "{'group':'g'}").json().get("code"))
        .hasToString("5");
  }

  @Test
  void a_password_is_kept_as_something_made_of_it_and_its_consumer() {
    Answer made =
        admin.json("POST", "/consumers/bob/basic-auth", "{'username':'u','password':'p'}");
    assertThat(password(made)).isEqualTo("p@" + BOB);
    assertThat(password(admin.get("/basic-auths/u"))).isEqualTo("p@" + BOB);
    assertThat(password(admin.json("PATCH", "/basic-auths/u", "{'tags':['x']}")))
        .isEqualTo("p@" + BOB);
    assertThat(password(admin.json("PATCH", "/consumers/bob/basic-auth/u", "{'password':'q'}")))
        .isEqualTo("q@" + BOB);
    assertThat(
            password(
                admin.json(
                    "PATCH", "/basic-auths/u", "{'password':'r','consumer':{'username':'al'}}")))
        .isEqualTo("r@" + AL);
    assertThat(password(admin.json("PUT", "/consumers/bob/basic-auth/u", "{'password':'s'}")))
        .isEqualTo("s@" + BOB);
  }

  @Test
  void a_password_and_its_consumer_are_given_together() {
    admin.json("POST", "/consumers/bob/basic-auth", "{'username':'u','password':'p'}");

    assertThat(admin.json("PATCH", "/basic-auths/u", "{'password':'q'}").message())
        .isEqualTo("schema violation (" + BOTH + ")");
    assertThat(admin.json("PATCH", "/basic-auths/u", "{'consumer':{'id':'" + AL + "'}}").message())
        .isEqualTo("schema violation (" + BOTH + ")");
    assertThat(admin.json("POST", "/basic-auths", "{'username':'t','password':'p'}").message())
        .isEqualTo("2 schema violations (" + BOTH + "; consumer: required field missing)");
    assertThat(admin.json("POST", "/consumers/bob/basic-auth", "{'username':'w'}").message())
        .isEqualTo("schema violation (password: required field missing)");
    assertThat(
            admin
                .json("POST", "/consumers/bob/basic-auth", "{'username':1,'password':2}")
                .message())
        .isEqualTo(
            "2 schema violations (password: expected a string; username: expected a string)");
  }

  @Test
  void a_key_shows_what_is_left_of_its_time_wherever_it_is_shown() {
    Answer made = admin.form("POST", "/consumers/bob/key-auth", "key=a&ttl=1000");
    assertThat(made.status()).isEqualTo(201);
    assertLeft(made);
    assertLeft(admin.get("/key-auths/a"));
    assertLeft(admin.get("/consumers/bob/key-auth/a"));
    assertThat(admin.get("/key-auths").json().get("data").get(0).get("ttl").intValue())
        .isBetween(900, 1000);
    assertThat(admin.get("/consumers/bob/key-auth").json().get("data").get(0).has("expires_at"))
        .isFalse();
    assertThat(admin.json("PATCH", "/key-auths/a", "{'ttl':0}").json().get("ttl").isNull())
        .isTrue();
  }

  private static void assertLeft(Answer answer) {
    assertThat(answer.json().get("ttl").intValue()).isBetween(900, 1000);
    assertThat(answer.json().has("expires_at")).isFalse();
  }

  private static String password(Answer answer) {
    return answer.json().get("password").stringValue();
  }
}
