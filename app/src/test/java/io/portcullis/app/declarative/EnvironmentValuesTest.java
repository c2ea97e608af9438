package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentValuesTest {
  private final EnvironmentValues values =
      new EnvironmentValues(
          Map.of("DECK_HOST", "h$1.test", "DECK_LINES", "a\nb", "DECK_PORT", "80", "SECRET", "s"));

  @Test
  void stand_where_the_file_asks_for_them() throws Exception {
    assertThat(
            values.fill(
                "host: ${{ env \"DECK_HOST\" }}\nport: ${{env 'DECK_PORT' | toInt}}\n"
                    + "text: |\n  ${{ env \"DECK_LINES\" | indent 2 }}\n"))
        .isEqualTo("host: h$1.test\nport: 80\ntext: |\n  a\n  b\n");
    assertThat(values.fill("plain: $x {{ y }}")).isEqualTo("plain: $x {{ y }}");
  }

  @Test
  void are_refused_when_they_are_not_set_or_somebody_elses() {
    assertThatThrownBy(
            () ->
                values.fill(
                    "${{ env \"DECK_NONE\" }} ${{ env \"SECRET\" }} ${{ env \"DECK_NONE\" }}"))
        .isInstanceOf(EnvironmentValues.MissingValuesException.class)
        .hasMessage(
            "environment: 'DECK_NONE' is not set, 'SECRET' does not start with DECK_ or"
                + " PORTCULLIS_DECLARATIVE_");
  }
}
