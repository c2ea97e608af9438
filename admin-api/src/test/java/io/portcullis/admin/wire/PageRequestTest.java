package io.portcullis.admin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class PageRequestTest {
  private static Refusal refusal(String query) {
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> PageRequest.of(Arguments.parse(query)));
    assertThat(refusal).as(query).isNotNull();
    return refusal;
  }

  @Test
  void the_first_hundred_rows_are_the_default() {
    assertThat(PageRequest.of(Arguments.parse(""))).isEqualTo(new PageRequest(100, false, null));
  }

  @ParameterizedTest
  @CsvSource({"2.0,2", "1e2,100", "0x10,16", "1000,1000", "%201%20,1"})
  void any_number_that_lua_reads_is_a_size(String sent, int size) {
    assertThat(PageRequest.of(Arguments.parse("size=" + sent)).size()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=abc", "size=", "size=%20", "size=null", "size", "size=1&size=2"})
  void what_is_no_number_is_told_so(String query) {
    assertThat(refusal(query).body().get("message").stringValue())
        .isEqualTo("size must be a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "1.5", "99999999999999999999"})
  void sizes_out_of_bounds_are_refused(String sent) {
    Refusal refusal = refusal("size=" + sent);
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.body().toString())
        .isEqualTo(
            "{\"code\":9,\"name\":\"invalid size\","
                + "\"message\":\"size must be an integer between 1 and 1000\"}");
  }

  @Test
  void an_offset_comes_back_as_the_id_it_was_made_of() {
    UUID id = UUID.fromString("0f0c0000-1111-4111-8111-000000000000");
    String offset = PageRequest.encode(JsonNodeFactory.instance.arrayNode().add(id.toString()));
    assertThat(PageRequest.of(Arguments.parse("offset=" + offset)).afterId()).contains(id);
  }

  @Test
  void broken_offsets_are_refused() {
    assertThat(refusal("offset=%2A").body().toString())
        .isEqualTo(
            "{\"code\":7,\"name\":\"invalid offset\","
                + "\"message\":\"'*' is not a valid offset: bad base64 encoding\"}");
    assertThat(refusal("offset=aGVsbG8").body().get("message").stringValue())
        .isEqualTo("'aGVsbG8' is not a valid offset: bad json encoding");
  }
}
