package io.portcullis.plugins.keyauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.form.FormText;
import io.portcullis.plugins.form.MultipartForm;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a request holds is answered, and what is taken out of it is gone, nothing else. */
class HostileRequestTest {
  private static final String CONFIG =
      "{'key_names':['apikey','k'],'key_in_body':true,'hide_credentials':true}";

  @Property(tries = 500)
  void every_body_is_answered(@ForAll("types") String type, @ForAll("bodies") String body) {
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.credential(
          gateway.consumer("alice", null), "keyauth_credentials", "key", "{'key':'k1'}");
      FakeExchange exchange = FakeExchange.get("/").body(type, body);

      String answer = Replies.text(gateway.start(new KeyAuthPlugin(), CONFIG).access(exchange));

      assertThat(answer)
          .isIn(
              "next",
              "401 No API key found in request",
              "401 Duplicate API key found",
              "401 Unauthorized");
    }
  }

  @Property(tries = 1000)
  void taking_a_name_out_leaves_the_other_pairs_alone(@ForAll("queries") String query) {
    String rest = FormText.without(query, "apikey");

    assertThat(FormText.values(rest, "apikey")).isEmpty();
    assertThat(FormText.values(rest, "k")).isEqualTo(FormText.values(query, "k"));
    assertThat(FormText.without(rest, "apikey")).isEqualTo(rest);
  }

  @Property(tries = 1000)
  void a_multipart_body_without_a_part_is_one_still(@ForAll("bodies") String body) {
    MultipartForm form =
        MultipartForm.read(
            "multipart/form-data; boundary=x", body.getBytes(StandardCharsets.ISO_8859_1));
    byte[] rest = form == null ? null : form.without("apikey");
    if (rest != null) {
      MultipartForm again = MultipartForm.read("multipart/form-data; boundary=x", rest);
      assertThat(again).isNotNull();
      assertThat(again.values("apikey")).isEmpty();
      assertThat(again.values("k")).isEqualTo(form.values("k"));
    }
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.of(
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=\"\"",
        "text/plain");
  }

  @Provide
  Arbitrary<String> bodies() {
    return pieces(
        "--x",
        "--x--",
        "\r\n",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=\"apikey\"",
        "Content-Disposition: form-data; name=\"k\"",
        "apikey",
        "=",
        "&",
        "k1",
        "k",
        "{",
        "}",
        "\"apikey\":",
        "\"k1\"",
        "[",
        "]",
        "%",
        "%C3",
        "+",
        "\u00e9",
        ",");
  }

  @Provide
  Arbitrary<String> queries() {
    return pieces("apikey", "%61pikey", "k", "k1", "=", "&", "&&", "%", "%zz", "+", "%26");
  }

  private static Arbitrary<String> pieces(String... pieces) {
    return Arbitraries.of(pieces).list().ofMaxSize(14).map(parts -> String.join("", parts));
  }
}
