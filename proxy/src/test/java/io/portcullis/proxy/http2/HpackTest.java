package io.portcullis.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header compression, with the examples of RFC 7541, appendix C. */
class HpackTest {
  private final HpackDecoder decoder = new HpackDecoder(new HpackDecoder.Scratch());

  private List<String> decode(String hex) throws ConnectionFault {
    return decode(decoder, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static List<String> decode(HpackDecoder decoder, byte[] block) throws ConnectionFault {
    List<String> lines = new ArrayList<>();
    decoder.decode(
        block,
        0,
        block.length,
        (name, nameFrom, nameTo, value, valueFrom, valueTo) ->
            lines.add(text(name, nameFrom, nameTo) + ": " + text(value, valueFrom, valueTo)));
    return lines;
  }

  private static String text(byte[] octets, int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Test
  void decodes_single_fields() throws ConnectionFault {
    assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .containsExactly("custom-key: custom-header");
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path: /sample/path");
    assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly("password: secret");
    assertThat(decode("82")).containsExactly(":method: GET");
  }

  @Test
  void decodes_requests_without_huffman_code() throws ConnectionFault {
    assertThat(decode("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decode("8286 84be 5808 6e6f 2d63 6163 6865"))
        .containsExactly(
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com",
            "cache-control: no-cache");
    assertThat(decode("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
        .containsExactly(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
  }

  @Test
  void decodes_requests_with_huffman_code() throws ConnectionFault {
    assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
        .endsWith(":authority: www.example.com");
    assertThat(decode("8286 84be 5886 a8eb 1064 9cbf"))
        .endsWith(":authority: www.example.com", "cache-control: no-cache");
    assertThat(decode("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        .endsWith(":authority: www.example.com", "custom-key: custom-value");
  }

  @Test
  void evicts_the_oldest_entries_of_a_small_table() throws ConnectionFault {
    // Appendix C.6, with its table of 256 octets.
    decode("3fe1 01");
    assertThat(
            decode(
                """
                4882 6402 5885 aec3 771a 4b61 96d0 7abe
                9410 54d4 44a8 2005 9504 0b81 66e0 82a6
                2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8
                e9ae 82ae 43d3\
                """
                    .replace("\n", "")))
        .containsExactly(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(decode("4883 640e ffc1 c0bf"))
        .containsExactly(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(
            decode(
                """
                88c1 6196 d07a be94 1054 d444 a820 0595
                040b 8166 e084 a62d 1bff c05a 839b d9ab
                77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b
                3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
                9587 3160 65c0 03ed 4ee5 b106 3d50 07\
                """
                    .replace("\n", "")))
        .containsExactly(
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            "location: https://www.example.com",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "80", // index 0
        "be", // an entry that is not there
        "ffffffffff7f", // an integer that is too large
        "ff", // one that is cut
        "00", // a literal without its name
        "0005 6162", // a name that is cut
        "0001 61 05 62", // a value that is cut
        "8220", // a table size behind a field
        "3fe2 1f", // a table larger than agreed
        "0001 61 81ff ff", // Huffman: a value that is cut
        "0001 61 84ff ffff ff", // Huffman: the end as a symbol
        "0001 61 8100", // Huffman: padding of zeros
        "0001 61 821f ff", // Huffman: padding of more than seven bits
      })
  void refuses_what_is_no_block(String hex) {
    assertThatThrownBy(() -> decode(hex))
        .isInstanceOf(ConnectionFault.class)
        .extracting(fault -> ((ConnectionFault) fault).code())
        .isEqualTo(ErrorCode.COMPRESSION_ERROR);
  }

  @Property
  void decodes_what_it_encodes(
      @ForAll @Size(max = 40) List<@net.jqwik.api.constraints.StringLength(max = 300) String> texts)
      throws ConnectionFault {
    Headers headers = new Headers();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String name = i % 3 == 0 ? "etag" : i % 3 == 1 ? "x-name-" + i : "set-cookie";
      String value = text(texts.get(i).getBytes(StandardCharsets.ISO_8859_1));
      headers.add(name, value);
      // Control characters do not go out, whoever put them in.
      expected.add(name + ": " + value.replaceAll("[\\x00-\\x08\\x0a-\\x1f]", " "));
    }
    HpackEncoder encoder = new HpackEncoder().begin(new PeerSettings());
    for (int i = 0; i < headers.size(); i++) {
      encoder.put(headers, i);
    }
    byte[] block = java.util.Arrays.copyOf(encoder.bytes(), encoder.length());
    assertThat(decode(new HpackDecoder(new HpackDecoder.Scratch()), block)).isEqualTo(expected);
  }

  private static String text(byte[] octets) {
    return text(octets, 0, octets.length);
  }

  @Test
  void begins_with_a_table_size_when_the_peer_changed_its_own() throws ConnectionFault {
    PeerSettings peer = new PeerSettings();
    peer.apply(Frame.SETTINGS_HEADER_TABLE_SIZE, 0);
    HpackEncoder encoder = new HpackEncoder().begin(peer);
    encoder.status(200);
    assertThat(encoder.length()).isEqualTo(2);
    assertThat(encoder.bytes()[0]).isEqualTo((byte) 0x20);
    assertThat(encoder.begin(peer).length()).isZero();
  }

  @Test
  void keeps_secrets_out_of_tables_further_on() {
    HpackEncoder encoder = new HpackEncoder().begin(new PeerSettings());
    encoder.put("Set-Cookie", "s");
    assertThat(encoder.bytes()[0] & 0xf0).isEqualTo(0x10);
  }

  @Test
  void writes_names_in_lower_case() throws ConnectionFault {
    byte[] wire = "X-Mixed: Value".getBytes(StandardCharsets.ISO_8859_1);
    Headers headers = Headers.over(wire);
    headers.addSpan(0, 7, 9, 14, Headers.hash(wire, 0, 7));
    HpackEncoder encoder = new HpackEncoder().begin(new PeerSettings());
    encoder.put(headers, 0);
    assertThat(decode(decoder, java.util.Arrays.copyOf(encoder.bytes(), encoder.length())))
        .containsExactly("x-mixed: Value");
  }
}
