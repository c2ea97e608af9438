package io.portcullis.plugins.composition.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.RandomData;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EncodingsTest {
  @Test
  void xml_becomes_members() throws Exception {
    assertThat(
            json(
                BackendEncoding.XML,
                "<?xml version='1.0'?><!-- c --><r a='1' n:b='2' xmlns:n='u'>t<x>1</x><x"
                    + " y='2'>3</x><e/><c><![CDATA[<&]]></c></r>"))
        .isEqualTo(
            "{\"r\":{\"#text\":\"t\",\"-a\":\"1\",\"-b\":\"2\",\"-n\":\"u\",\"c\":\"\\u003c\\u0026\","
                + "\"e\":\"\",\"x\":[\"1\",{\"#text\":\"3\",\"-y\":\"2\"}]}}");
    assertThat(
            new String(
                JsonWriter.write(
                    BackendEncoding.XML.read(bytes("<r/>"), true, Allowance.UNLIMITED)),
                StandardCharsets.UTF_8))
        .isEqualTo("{\"collection\":{\"r\":\"\"}}");
  }

  @Test
  void of_texts_around_elements_the_first_or_else_the_last_counts() throws Exception {
    assertThat(json(BackendEncoding.XML, "<r>t<x/>u</r>"))
        .isEqualTo("{\"r\":{\"#text\":\"t\",\"x\":\"\"}}");
    assertThat(json(BackendEncoding.XML, "<r> <x/>u<x/>v </r>"))
        .isEqualTo("{\"r\":{\"#text\":\"v\",\"x\":[\"\",\"\"]}}");
    assertThat(json(BackendEncoding.XML, "<r xmlns='u'>t</r>"))
        .isEqualTo("{\"r\":{\"#text\":\"t\",\"-xmlns\":\"u\"}}");
  }

  @Test
  void xml_from_outside_and_bombs_are_not_expanded() {
    String outside = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>";
    String deep = "<a>".repeat(100_000);
    for (String broken : new String[] {outside, deep, "", "text", "<a>", "<a></b>"}) {
      try {
        assertThat(json(BackendEncoding.XML, broken)).doesNotContain("root:");
      } catch (UnreadableAnswerException expected) {
        assertThat(expected).hasMessageContaining("XML");
      }
    }
  }

  @Test
  void yaml_becomes_members() throws Exception {
    assertThat(
            json(BackendEncoding.YAML, "a: 1.10\nb: [x, true, ~, 0x1F]\nc: &k {d: '1'}\ne: *k\n"))
        .isEqualTo(
            "{\"a\":1.10,\"b\":[\"x\",true,null,\"0x1F\"],\"c\":{\"d\":\"1\"},\"e\":{\"d\":\"1\"}}");
    String bomb = "a0: &a0 [x]\n";
    for (int i = 1; i < 12; i++) {
      String before = "*a" + (i - 1) + ",";
      bomb += "a" + i + ": &a" + i + " [" + before.repeat(9) + "*a" + (i - 1) + "]\n";
    }
    String large = bomb;
    assertThatThrownBy(() -> json(BackendEncoding.YAML, large))
        .isInstanceOf(UnreadableAnswerException.class);
    assertThatThrownBy(() -> json(BackendEncoding.YAML, "a: &x [*x]"))
        .isInstanceOf(UnreadableAnswerException.class);
    assertThatThrownBy(() -> json(BackendEncoding.YAML, "a: [")).hasMessageStartingWith("not YAML");
  }

  @Test
  void feeds_become_items() throws Exception {
    assertThat(
            json(
                BackendEncoding.RSS,
                "<rss version='2.0'><channel><title>T</title><item><title>one</title><guid"
                    + " isPermaLink='false'>g</guid><author>me@x"
                    + " (Me)</author><category>a</category></item></channel></rss>"))
        .isEqualTo(
            "{\"author\":null,\"categories\":null,\"copyright\":\"\",\"custom\":null,"
                + "\"description\":\"\",\"items\":[{\"title\":\"one\",\"author\":{\"name\":\"Me\","
                + "\"email\":\"me@x\"},\"authors\":[{\"name\":\"Me\",\"email\":\"me@x\"}],"
                + "\"guid\":\"g\",\"categories\":[\"a\"]}],\"language\":\"\",\"published\":\"\","
                + "\"title\":\"T\",\"type\":\"rss\",\"updated\":\"\"}");
    assertThat(
            json(
                BackendEncoding.RSS,
                "<feed xmlns='http://www.w3.org/2005/Atom'><title type='text'>T</title><entry>"
                    + "<title>one</title><link href='http://l'/><id>i</id>"
                    + "<updated>2003-12-13T18:30:02Z</updated></entry></feed>"))
        .isEqualTo(
            "{\"author\":null,\"categories\":null,\"copyright\":\"\",\"custom\":null,"
                + "\"description\":\"\",\"items\":[{\"title\":\"one\",\"link\":\"http://l\","
                + "\"links\":[\"http://l\"],\"updated\":\"2003-12-13T18:30:02Z\","
                + "\"updatedParsed\":\"2003-12-13T18:30:02Z\",\"published\":\"2003-12-13T18:30:02Z\","
                + "\"publishedParsed\":\"2003-12-13T18:30:02Z\",\"guid\":\"i\"}],\"language\":\"\","
                + "\"published\":\"\",\"title\":\"T\",\"type\":\"atom\",\"updated\":\"\"}");
    assertThatThrownBy(() -> json(BackendEncoding.RSS, "<html/>"))
        .hasMessage("Failed to detect feed type");
  }

  @Test
  @DisplayName("B20 members become XML")
  void members_become_xml() throws Exception {
    assertThat(
            written(
                OutputEncoding.XML,
                "{\"a\":{\"-k\":\"<1>\",\"b\":[1,null],\"#text\":\"t&\"}}",
                null))
        .isEqualTo("application/xml <a k=\"&lt;1&gt;\">t&amp;<b>1</b><b/></a>");
    assertThat(written(OutputEncoding.XML, "{\"a b\":true,\"1\":[]}", null))
        .isEqualTo("application/xml <doc><_1/><a_b>true</a_b></doc>");
    assertThat(written(OutputEncoding.XML, "{\"l\":[1,2]}", null))
        .isEqualTo("application/xml <doc><l>1</l><l>2</l></doc>");
    assertThat(written(OutputEncoding.XML, "{}", null)).isEqualTo("application/xml <doc/>");
  }

  @Test
  @DisplayName("B24 the client chooses")
  void the_client_chooses() throws Exception {
    String answer = "{\"b\":[1,{\"c\":\"x: y\"}],\"a\":\"text\",\"e\":{}}";
    String yaml = "application/yaml; charset=utf-8 a: text\nb:\n- 1\n- c: \"x: y\"\ne: {}\n";

    assertThat(written(OutputEncoding.NEGOTIATE, answer, "text/plain")).isEqualTo(yaml);
    assertThat(written(OutputEncoding.NEGOTIATE, answer, "a/b, application/x-yaml;q=1"))
        .isEqualTo(yaml);
    assertThat(written(OutputEncoding.NEGOTIATE, answer, "application/xml"))
        .startsWith("application/xml <doc>");
    for (String json : new String[] {null, "application/json", "a/b", "*/*", "text/xml"}) {
      assertThat(written(OutputEncoding.NEGOTIATE, answer, json))
          .startsWith("application/json; charset=utf-8 {");
    }
  }

  @Test
  void yaml_is_plain_where_it_can_be() throws Exception {
    String answer =
        "{\"-kind\":\"a\",\"url\":\"https://a.test/?b=c\",\"no\":\"yes\",\"l\":[[1,2],[]],\"n\":\"1\",\"c\":\"a:\",\"h\":\"<b>"
            + " &\"}";

    assertThat(written(OutputEncoding.YAML, answer, null))
        .isEqualTo(
            "application/yaml; charset=utf-8 -kind: a\n"
                + "c: \"a:\"\n"
                + "h: \"<b> &\"\n"
                + "l:\n"
                + "- - 1\n"
                + "  - 2\n"
                + "- []\n"
                + "\"n\": \"1\"\n"
                + "\"no\": \"yes\"\n"
                + "url: https://a.test/?b=c\n");
  }

  @Test
  void any_type_of_a_kind_is_accepted() throws Exception {
    assertThat(written(OutputEncoding.NEGOTIATE, "{}", "text/*"))
        .startsWith("application/yaml; charset=utf-8 ");
    assertThat(written(OutputEncoding.NEGOTIATE, "{}", "application/*, text/plain"))
        .startsWith("application/json; charset=utf-8 ");
  }

  @Property(tries = 300)
  void yaml_reads_as_what_was_written(@ForAll("objects") Map<String, Object> object)
      throws UnreadableAnswerException {
    assertThat(YamlReader.read(YamlWriter.write(object), Allowance.UNLIMITED)).isEqualTo(object);
  }

  @Property(tries = 300)
  void any_data_is_written_as_readable_xml(@ForAll("objects") Map<String, Object> object)
      throws UnreadableAnswerException {
    assertThat(XmlReader.read(XmlWriter.write(object), Allowance.UNLIMITED)).hasSize(1);
  }

  private static String written(OutputEncoding encoding, String answer, String accept)
      throws UnreadableAnswerException {
    OutputEncoding.Written written =
        encoding.write(
            BackendEncoding.JSON.read(bytes(answer), false, Allowance.UNLIMITED), accept);
    return written.contentType() + " " + new String(written.body(), StandardCharsets.UTF_8);
  }

  private static String json(BackendEncoding encoding, String text)
      throws UnreadableAnswerException {
    return new String(
        JsonWriter.write(encoding.read(bytes(text), false, Allowance.UNLIMITED)),
        StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return RandomData.objects();
  }
}
