package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CertificateEndpointsTest {
  private static final String ONE = "0f0c0000-1111-4111-8111-000000000001";
  private static final String TWO = "0f0c0000-1111-4111-8111-000000000002";

  @AutoClose private final AdminFixture admin = AdminFixture.start();

  private static String pem(String file) {
    try (InputStream stream =
        CertificateEndpointsTest.class.getResourceAsStream("/certificates/" + file)) {
      return new String(
          Objects.requireNonNull(stream, file).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static ObjectNode rsa(String... snis) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("cert", pem("rsa.pem"))
            .put("key", pem("rsa.key"));
    if (snis.length > 0) {
      var list = body.putArray("snis");
      for (String name : snis) {
        list.add(name);
      }
    }
    return body;
  }

  private Answer send(String method, String path, ObjectNode body) {
    return admin.send(method, path, "application/json", BodyPublishers.ofString(body.toString()));
  }

  @Test
  void the_list_of_names_makes_moves_and_removes_rows() {
    Answer made = send("PUT", "/certificates/" + ONE, rsa("b.test", "a.test"));
    assertThat(made.json().get("snis").toString()).isEqualTo("[\"a.test\",\"b.test\"]");
    assertThat(admin.get("/certificates/b.test").json()).isEqualTo(made.json());
    assertThat(admin.get("/certificates").json().get("data").get(0)).isEqualTo(made.json());

    assertThat(
            admin.json("PATCH", "/certificates/a.test", "{'tags':['t']}").json().get("snis").size())
        .isEqualTo(2);
    Answer changed = admin.json("PATCH", "/certificates/" + ONE, "{'snis':['a.test','*.c.test']}");
    assertThat(changed.json().get("snis").toString()).isEqualTo("[\"*.c.test\",\"a.test\"]");
    assertThat(admin.get("/snis/b.test").status()).isEqualTo(404);

    assertThat(send("PUT", "/certificates/" + ONE, rsa()).json().get("snis").isEmpty()).isTrue();
    assertThat(admin.get("/snis").json().get("data").isEmpty()).isTrue();
  }

  @Test
  void a_name_belongs_to_one_certificate() {
    send("PUT", "/certificates/" + ONE, rsa("a.test"));
    assertThat(send("PUT", "/certificates/" + TWO, rsa("a.test")).message())
        .isEqualTo(
            "schema violation (snis: a.test already associated with existing certificate '"
                + ONE
                + "')");
    assertThat(admin.get("/certificates/" + TWO).status()).isEqualTo(404);
    assertThat(send("POST", "/certificates", rsa("x.test", "x.test")).message())
        .isEqualTo("schema violation (snis: x.test is duplicated)");
    assertThat(send("POST", "/certificates", rsa("a.*.test")).message())
        .isEqualTo("wildcard must be leftmost or rightmost character");
    Answer clash =
        admin.json("POST", "/snis", "{'name':'a.test','certificate':{'id':'" + ONE + "'}}");
    assertThat(clash.status()).isEqualTo(409);
    assertThat(clash.message()).isEqualTo("UNIQUE violation detected on '{name=\"a.test\"}'");
    assertThat(
            admin
                .json("POST", "/snis", "{'name':'b.test','certificate':{'id':'" + TWO + "'}}")
                .message())
        .contains("does not reference an existing 'certificates' entity");
  }

  @Test
  void a_server_name_in_the_path_stays_with_the_certificate_that_is_put_there() {
    Answer made = send("PUT", "/certificates/new.test", rsa());
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().get("snis").toString()).isEqualTo("[\"new.test\"]");
    Answer replaced = send("PUT", "/certificates/new.test", rsa("other.test"));
    assertThat(replaced.id()).isEqualTo(made.id());
    assertThat(replaced.json().get("snis").toString()).isEqualTo("[\"new.test\",\"other.test\"]");
  }

  @Test
  void unknown_names_and_ids_are_told_apart() {
    assertThat(admin.get("/certificates/none.test").message()).isEqualTo("SNI not found");
    assertThat(admin.get("/certificates/" + ONE).message())
        .startsWith("could not find the entity with primary key");
    assertThat(admin.get("/certificates/" + ONE + "/snis").message()).isEqualTo("Not found");
    assertThat(admin.delete("/certificates/" + ONE).status()).isEqualTo(204);
    assertThat(admin.delete("/certificates/none.test").status()).isEqualTo(404);
    send("PUT", "/certificates/" + ONE, rsa("a.test"));
    assertThat(admin.get("/snis/a.test/certificate").status()).isEqualTo(404);
  }

  @Test
  void names_go_with_their_certificate_and_it_stays_while_a_service_shows_it() {
    send("PUT", "/certificates/" + ONE, rsa("a.test"));
    admin.json(
        "POST",
        "/services",
        "{'name':'s','url':'https://h','client_certificate':{'id':'" + ONE + "'}}");
    assertThat(admin.delete("/certificates/a.test").message())
        .isEqualTo("an existing 'services' entity references this 'certificates' entity");
    assertThat(admin.get("/services/s/client_certificate").id()).isEqualTo(ONE);
    assertThat(admin.get("/certificates/a.test/services/s").status()).isEqualTo(200);
    admin.json("PATCH", "/services/s", "{'client_certificate':null}");
    assertThat(admin.delete("/certificates/a.test").status()).isEqualTo(204);
    assertThat(admin.get("/snis/a.test").status()).isEqualTo(404);
  }

  @Test
  void upstreams_show_a_certificate_and_are_listed_below_it() {
    send("PUT", "/certificates/" + ONE, rsa());
    String below = "/certificates/" + ONE + "/upstreams";
    Answer made = admin.json("POST", below, "{'name':'u.test'}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().at("/client_certificate/id").stringValue()).isEqualTo(ONE);
    assertThat(admin.get(below).json().get("data")).hasSize(1);
    assertThat(admin.get(below + "/u.test").id()).isEqualTo(made.id());
    assertThat(admin.get("/upstreams/u.test/client_certificate").id()).isEqualTo(ONE);
    assertThat(admin.delete("/upstreams/u.test/client_certificate").status()).isEqualTo(405);
    assertThat(admin.delete("/certificates/" + ONE).message())
        .isEqualTo("an existing 'upstreams' entity references this 'certificates' entity");
    admin.json("PATCH", below + "/u.test", "{'client_certificate':null}");
    assertThat(admin.get(below + "/u.test").status()).isEqualTo(404);
    assertThat(admin.delete("/upstreams/u.test/client_certificate").status()).isEqualTo(404);
    assertThat(admin.delete("/certificates/" + ONE).status()).isEqualTo(204);
  }

  @Test
  void an_authority_stays_while_a_service_trusts_it() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("cert", pem("authority.pem"));
    assertThat(send("PUT", "/ca_certificates/" + ONE, body).status()).isEqualTo(200);
    assertThat(send("POST", "/ca_certificates", body).status()).isEqualTo(409);
    admin.json(
        "POST", "/services", "{'name':'s','url':'https://h','ca_certificates':['" + ONE + "']}");
    Answer refused = admin.delete("/ca_certificates/" + ONE);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .startsWith("ca certificate " + ONE + " is still referenced by services (id = ");
    admin.delete("/services/s");
    assertThat(admin.delete("/ca_certificates/" + ONE).status()).isEqualTo(204);
  }
}
