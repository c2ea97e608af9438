package io.portcullis.plugins.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies pass, and which schemas are none. */
class JsonSchemaPluginTest {
  private static final String USER =
      "{'$schema':'http://json-schema.org/draft-07/schema','required':['name','age'],"
          + "'properties':{'name':{'type':'string'},'age':{'type':'number'},"
          + "'pronoun':{'enum':['she','he','they']}}}";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  @DisplayName("B45 a body that fits passes")
  void a_body_that_fits_passes() {
    assertThat(ask(quiet(USER), "{'name':'Ann','age':7,'pronoun':'she'}")).isEqualTo("next");
  }

  @ParameterizedTest
  @DisplayName("B45 B28 a body that does not fit is 400 without a body")
  @ValueSource(
      strings = {
        "{'name':'Ann'}",
        "{'name':'Ann','age':'7'}",
        "{'name':'Ann','age':7,'pronoun':'it'}",
        "{'name':'Ann','age':7",
        "{'name':'Ann','age':7} {}",
        "{'name':'Ann','age':1e999999999999}",
        "name=Ann",
        "",
        "   ",
      })
  void a_body_that_does_not_fit_is_400(String body) {
    assertThat(ask(quiet(USER), body)).isEqualTo("400 ");
  }

  @Test
  void an_absent_body_is_400() {
    assertThat(Replies.text(telling(USER).access(FakeExchange.get("/").method("POST"))))
        .isEqualTo("400 could not validate an empty body");
  }

  @Test
  void the_refusal_may_say_what_is_wrong() {
    assertThat(ask(telling(USER), "{'age':'7'}"))
        .isEqualTo(
            "400 - at '/age': string found, number expected\n- at '': missing property 'name'");
    assertThat(ask(telling(USER), "{'age':")).startsWith("400 Unexpected end-of-input");
  }

  @Test
  void the_refusal_has_the_configured_headers() {
    PluginHandler handler =
        gateway.start(
            new JsonSchemaPlugin(),
            "{'schema':false,'return_error_msg':true,'response_headers':{'X-Done':'false'}}");

    Reply refusal = handler.access(FakeExchange.get("/").body("application/json", "1"));

    assertThat(Replies.headers(refusal))
        .containsEntry("x-done", "false")
        .containsEntry("content-type", "text/plain; charset=utf-8")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
      })
  void every_draft_that_the_schema_names_is_known(String draft) {
    PluginHandler handler =
        quiet("{'$schema':'" + draft + "','type':'object','required':['a'],'maxProperties':1}");

    assertThat(ask(handler, "{'a':1}")).isEqualTo("next");
    assertThat(ask(handler, "{'b':1}")).isEqualTo("400 ");
    assertThat(ask(handler, "{'a':1,'b':1}")).isEqualTo("400 ");
  }

  @Test
  void drafts_differ() {
    String tuple = "'items':[{'type':'string'}],'additionalItems':false}";

    assertThat(
            ask(
                quiet("{'$schema':'http://json-schema.org/draft-07/schema#'," + tuple),
                "['a','b']"))
        .isEqualTo("400 ");
    PluginHandler newest = quiet("{'prefixItems':[{'type':'string'}],'items':false}");
    assertThat(ask(newest, "['a']")).isEqualTo("next");
    assertThat(ask(newest, "['a','b']")).isEqualTo("400 ");
  }

  @Test
  void references_within_the_schema_are_followed() {
    PluginHandler handler =
        quiet(
            "{'$ref':'#/$defs/node','$defs':{'node':{'type':'object',"
                + "'properties':{'next':{'$ref':'#/$defs/node'}},'additionalProperties':false}}}");

    assertThat(ask(handler, "{'next':{'next':{}}}")).isEqualTo("next");
    assertThat(ask(handler, "{'next':{'next':{'x':1}}}")).isEqualTo("400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'strin'}",
        "{'type':7}",
        "{'required':'name'}",
        "{'pattern':'('}",
        "{'patternProperties':{'a(?=b)':{}}}",
        "{'properties':{'a':{'pattern':'[z-a]'}}}",
        "{'$schema':'http://schemas.test/mine'}",
        "{'$schema':7}",
        "{'$ref':'#/$defs/missing'}",
        "{'$ref':'http://127.0.0.1:1/schema.json'}",
        "{'$ref':'https://schemas.test/schema.json#/a'}",
        "{'$ref':'classpath:draft-07/schema'}",
        "{'$ref':'file:///etc/passwd'}",
        "{'items':{'$ref':'other.json'}}",
        "7",
        "'text'",
        "[]",
      })
  void what_is_no_schema_of_its_own_is_refused(String schema) {
    assertThatThrownBy(() -> CompiledSchema.of(FakeGateway.json("{'s':" + schema + "}").get("s")))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void a_pattern_takes_time_linear_in_the_text() {
    PluginHandler handler = quiet("{'type':'string','pattern':'^(a+)+$'}");

    assertThat(ask(handler, "'" + "a".repeat(20_000) + "!'")).isEqualTo("400 ");
  }

  @Test
  void a_long_body_is_read_on_another_thread() {
    PluginHandler handler = quiet("{'items':{'type':'number'}}");
    String numbers = "1,".repeat(100_000);

    FakeExchange exchange = FakeExchange.get("/").body("application/json", "[" + numbers + "1]");
    Reply reply = handler.access(exchange);

    assertThat(reply).isInstanceOf(Reply.Later.class);
    assertThat(Replies.text(reply)).isEqualTo("next");
    assertThat(ask(handler, "[" + numbers + "'1']")).isEqualTo("400 ");
  }

  @Test
  void a_body_of_brackets_alone_is_refused() {
    assertThat(ask(quiet("true"), "[" + "[],".repeat(1_500_000) + "[]]")).isEqualTo("400 ");
    assertThat(ask(quiet("true"), "[".repeat(100_000))).isEqualTo("400 ");
  }

  private PluginHandler quiet(String schema) {
    return gateway.start(new JsonSchemaPlugin(), "{'schema':" + schema + "}");
  }

  private PluginHandler telling(String schema) {
    return gateway.start(
        new JsonSchemaPlugin(), "{'schema':" + schema + ",'return_error_msg':true}");
  }

  private static String ask(PluginHandler handler, String body) {
    FakeExchange exchange =
        FakeExchange.get("/").method("POST").body("application/json", body.replace('\'', '"'));
    return Replies.text(handler.access(exchange));
  }
}
