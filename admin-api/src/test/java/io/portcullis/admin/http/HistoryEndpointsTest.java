package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HistoryEndpointsTest {
  @AutoClose
  private final AdminFixture admin =
      AdminFixture.start(AdminProtection.of(new AccessRules("t0ken", Set.of())));

  private Answer call(String method, String path, String body) {
    // "ann:t0ken" in Base64
    return admin.json(method, path, body, Map.of("Authorization", "Basic YW5uOnQwa2Vu"));
  }

  @Test
  void versions_tell_who_made_them_and_what_they_replaced() {
    String id = call("PUT", "/services/s", "{'host':'h'}").id();
    call("PATCH", "/services/s", "{'port':81}");
    JsonNode list = call("GET", "/portcullis/history", "").json();
    assertThat(list.get("current").intValue()).isEqualTo(2);
    assertThat(list.get("next").isNull()).isTrue();
    JsonNode newest = list.get("data").get(0);
    assertThat(newest.get("version").intValue()).isEqualTo(2);
    assertThat(newest.get("who").stringValue()).isEqualTo("user ann");
    assertThat(newest.get("request").stringValue()).isEqualTo("PATCH /services/{services}");
    assertThat(newest.get("changes").intValue()).isEqualTo(1);
    assertThat(newest.get("at").stringValue()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");

    JsonNode row = call("GET", "/portcullis/history/2", "").json().get("rows").get(0);
    assertThat(row.get("id").stringValue()).isEqualTo(id);
    assertThat(row.get("operation").stringValue()).isEqualTo("update");
    assertThat(row.get("before").get("port").intValue()).isEqualTo(80);
  }

  @Test
  void the_list_is_read_page_by_page() {
    for (int i = 0; i < 5; i++) {
      call("PUT", "/services/s" + i, "{'host':'h'}");
    }
    JsonNode first = call("GET", "/portcullis/history?size=2", "").json();
    assertThat(first.get("data").get(1).get("version").intValue()).isEqualTo(4);
    JsonNode second = call("GET", first.get("next").stringValue(), "").json();
    assertThat(second.get("data").get(0).get("version").intValue()).isEqualTo(3);
    JsonNode third = call("GET", second.get("next").stringValue(), "").json();
    assertThat(third.get("data")).hasSize(1);
    assertThat(third.get("next").isNull()).isTrue();
    assertThat(call("GET", "/portcullis/history?size=0", "").status()).isEqualTo(400);
    assertThat(call("GET", "/portcullis/history?before=x", "").status()).isEqualTo(400);
  }

  @Test
  void a_rollback_brings_an_earlier_configuration_back_as_a_version_of_its_own() {
    Answer made = call("PUT", "/services/s", "{'host':'h'}");
    call("PUT", "/services/t", "{'host':'t'}");
    call("DELETE", "/services/s", "");

    Answer back = call("POST", "/portcullis/history/1/rollback", "");
    assertThat(back.status()).as(back.text()).isEqualTo(200);
    assertThat(back.text()).isEqualTo("{\"restored\":1,\"undone\":2}");
    assertThat(back.header("X-Portcullis-Config-Version")).contains("4");
    assertThat(call("GET", "/services/s", "").text()).isEqualTo(made.text());
    assertThat(call("GET", "/services/t", "").status()).isEqualTo(404);
  }

  @Test
  void a_version_that_is_not_there_is_404() {
    call("PUT", "/services/s", "{'host':'h'}");
    for (String version : new String[] {"2", "99", "x", "-1", "9999999999999999999"}) {
      assertThat(call("GET", "/portcullis/history/" + version, "").status()).isEqualTo(404);
      assertThat(call("POST", "/portcullis/history/" + version + "/rollback", "").status())
          .isEqualTo(404);
    }
    assertThat(call("GET", "/services/s", "").status()).isEqualTo(200);
  }
}
