package io.portcullis.admin.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {
  @Property(tries = 500)
  void decoding_undoes_encoding(@ForAll String text) {
    Assume.that(PercentEncoding.isWellFormed(text));
    assertThat(PercentEncoding.decodeSegment(PercentEncoding.encode(text))).isEqualTo(text);
    assertThat(PercentEncoding.decodeArgument(PercentEncoding.encode(text))).isEqualTo(text);
  }

  @Property(tries = 500)
  void any_bytes_decode_and_malformed_ones_are_noticed(@ForAll byte[] octets) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : octets) {
      encoded.append(String.format("%%%02x", octet));
    }
    String decoded = PercentEncoding.decodeSegment(encoded.toString());
    boolean utf8 = decoded.equals(new String(octets, StandardCharsets.UTF_8));
    assertThat(PercentEncoding.isWellFormed(decoded)).isEqualTo(utf8);
  }

  @Test
  void broken_escapes_stay_as_they_are() {
    assertThat(PercentEncoding.decodeSegment("%zz%4%")).isEqualTo("%zz%4%");
    assertThat(PercentEncoding.decodeSegment("a+b%2B")).isEqualTo("a+b+");
    assertThat(PercentEncoding.decodeArgument("a+b%2B")).isEqualTo("a b+");
  }

  @Test
  void malformed_bytes_are_counted_in_bytes() {
    assertThat(PercentEncoding.firstMalformed(PercentEncoding.decodeSegment("%C3%A9a%FF")))
        .isEqualTo(4);
    assertThat(PercentEncoding.firstMalformed("\uD83D\uDD11")).isEqualTo(-1);
    assertThat(PercentEncoding.firstMalformed("\uD83D\uDD11\uD83D")).isEqualTo(5);
  }
}
