package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagsTest {
  @AutoClose private final AdminFixture admin = AdminFixture.start();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/services|{'name':'a','host':'h','read_timeout':5000}",
        "/routes|{'name':'a','paths':['/a'],'headers':{'b':['1'],'a':['2']}}",
        "/consumers|{'username':'a','tags':['x','y']}",
        "/upstreams|{'name':'a','healthchecks':{'active':{'healthy':{'interval':0.5}}}}",
        "/plugins|{'name':'rate-limiting','config':{'minute':5.5,'second':1}}",
        "/plugins|{'name':'cors'}"
      })
  void what_a_write_shows_has_the_tag_of_what_a_read_shows(String path, String body) {
    Answer made = admin.json("POST", path, body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String row = path + "/" + made.id();
    String tag = tag(made);
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    assertThat(tag(admin.get(row))).isEqualTo(tag);

    Answer changed = admin.json("PATCH", row, "{'tags':['changed']}");
    assertThat(tag(changed)).isNotEqualTo(tag).isEqualTo(tag(admin.get(row)));
  }

  @Test
  void a_write_passes_with_the_tag_that_was_read_and_with_no_other() {
    String first = tag(admin.json("PUT", "/services/s", "{'host':'h'}"));
    Answer second = conditional("PATCH", "/services/s", "{'port':81}", first);
    assertThat(second.status()).isEqualTo(200);

    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      String body = method.equals("DELETE") ? "" : "{'host':'other'}";
      Answer refused = conditional(method, "/services/s", body, first);
      assertThat(refused.status()).as(method).isEqualTo(412);
      assertThat(refused.message())
          .isEqualTo("Precondition failed: the entity has changed since it was read");
    }
    assertThat(tag(admin.get("/services/s"))).isEqualTo(tag(second));
    Answer third = conditional("PUT", "/services/s", "{'host':'x'}", "\"0\", " + tag(second));
    assertThat(third.status()).isEqualTo(200);
    assertThat(conditional("DELETE", "/services/s", "", tag(third)).status()).isEqualTo(204);
  }

  @Test
  void what_is_not_there_matches_nothing() {
    assertThat(conditional("PUT", "/services/s", "{'host':'h'}", "*").status()).isEqualTo(412);
    assertThat(conditional("DELETE", "/services/s", "", "*").message())
        .isEqualTo("Precondition failed: there is no such entity");
    assertThat(conditional("PATCH", "/services/s", "{'port':1}", "*").status()).isEqualTo(404);
    assertThat(admin.get("/services/s").status()).isEqualTo(404);
  }

  @Test
  void nested_rows_and_those_that_others_refer_to_have_them_too() {
    admin.json("PUT", "/services/s", "{'host':'h'}");
    Answer route = admin.json("POST", "/services/s/routes", "{'name':'r','paths':['/a']}");
    String stale = "\"0123\"";
    for (String path : List.of("/services/s/routes/r", "/routes/r", "/routes/r/service")) {
      assertThat(tag(admin.get(path))).isNotEmpty();
      assertThat(conditional("PATCH", path, "{'tags':['t']}", stale).status()).isEqualTo(412);
      assertThat(conditional("PUT", path, "{'host':'h','paths':['/']}", stale).status())
          .isEqualTo(412);
    }
    assertThat(conditional("DELETE", "/services/s/routes/r", "", stale).status()).isEqualTo(412);
    assertThat(tag(admin.get("/services/s/routes/r"))).isEqualTo(tag(route));
    assertThat(conditional("DELETE", "/services/s/routes/r", "", tag(route)).status())
        .isEqualTo(204);
  }

  @Test
  void targets_have_them_too() {
    admin.json("PUT", "/upstreams/u", "{}");
    String tag = tag(admin.json("POST", "/upstreams/u/targets", "{'target':'a.test:80'}"));
    String path = "/upstreams/u/targets/a.test:80";
    assertThat(tag(admin.get(path))).isEqualTo(tag);
    assertThat(conditional("PATCH", path, "{'weight':1}", "\"0\"").status()).isEqualTo(412);
    assertThat(conditional("DELETE", path, "", "\"0\"").status()).isEqualTo(412);
    String changed = tag(conditional("PATCH", path, "{'weight':1}", tag));
    assertThat(conditional("DELETE", path, "", changed).status()).isEqualTo(204);
  }

  @Test
  void of_writers_that_have_seen_the_same_exactly_one_succeeds() throws Exception {
    String tag = tag(admin.json("PUT", "/services/s", "{'host':'h'}"));
    int writers = 8;
    for (int round = 0; round < 10; round++) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Answer>> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < writers; i++) {
          String body = "{'port':" + (1000 + round * writers + i) + "}";
          String seen = tag;
          answers.add(
              threads.submit(
                  () -> {
                    start.await();
                    return conditional("PATCH", "/services/s", body, seen);
                  }));
        }
        start.countDown();
      }
      List<Answer> won = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        if (answer.get().status() == 200) {
          won.add(answer.get());
        } else {
          assertThat(answer.get().status()).isEqualTo(412);
        }
      }
      assertThat(won).hasSize(1);
      tag = tag(admin.get("/services/s"));
      assertThat(tag(won.getFirst())).isEqualTo(tag);
    }
  }

  private Answer conditional(String method, String path, String body, String tag) {
    return admin.json(method, path, body, Map.of("If-Match", tag));
  }

  private static String tag(Answer answer) {
    return answer.header("ETag").orElse("");
  }
}
