package io.portcullis.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeadersTest {
  @Test
  void no_text_in_a_line_begins_another_one() {
    Headers headers =
        new Headers()
            .add("x-greeting", "hello\r\nX-Forged: yes\0")
            // The lower octets of these letters are those of CR and LF.
            .add("x-letters", "a\u010d\u010ab\tc");
    byte[] octets = new byte[100];
    int end = headers.writeValue(0, octets, 0);
    end = headers.writeValue(1, octets, end);
    assertThat(new String(octets, 0, end, StandardCharsets.ISO_8859_1))
        .isEqualTo("hello  X-Forged: yes a  b\tc");
  }
}
