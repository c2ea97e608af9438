package io.portcullis.plugins.hmacauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Mon, 6 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
      })
  void reads_all_three_forms(String text) {
    assertThat(HttpDate.seconds(text)).hasValue(784_111_777L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "now",
        "784111777",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999 08:49:37 GMT",
        "Sunday, 06-Nov 08:49:37 GMT",
      })
  void anything_else_is_no_date(String text) {
    assertThat(HttpDate.seconds(text)).isEmpty();
  }
}
