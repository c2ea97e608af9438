package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AbsentEntitiesTest {
  @AutoClose private final AdminFixture admin = AdminFixture.start();

  @Test
  void their_lists_are_empty() {
    Answer answer = admin.get("/upstreams?size=1000");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().toString()).isEqualTo("{\"data\":[],\"next\":null}");
    assertThat(admin.get("/upstreams/any").status()).isEqualTo(404);
  }

  @Test
  void writing_one_says_that_there_are_none() {
    Answer posted = admin.json("POST", "/upstreams", "{'name':'u'}");
    assertThat(posted.status()).isEqualTo(501);
    assertThat(posted.json().get("message").stringValue())
        .isEqualTo("this gateway does not have upstreams yet");
    assertThat(admin.json("PUT", "/upstreams/u", "{'name':'u'}").status()).isEqualTo(501);
    assertThat(admin.json("PATCH", "/upstreams/u", "{'name':'u'}").status()).isEqualTo(501);
  }
}
