package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.SPECS;
import static io.portcullis.core.schema.SampleSchemas.accepted;
import static io.portcullis.core.schema.SampleSchemas.object;
import static io.portcullis.core.schema.SampleSchemas.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class FormDecoderTest {
  private final FormDecoder decoder = new FormDecoder(SPECS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "paths=/ws | {\"paths\":[\"/ws\"]}",
        "paths=/a&paths=/b | {\"paths\":[\"/a\",\"/b\"]}",
        "paths[]=/a&paths[]=/b | {\"paths\":[\"/a\",\"/b\"]}",
        "paths%5B%5D=/a | {\"paths\":[\"/a\"]}",
        "paths[1]=/a&paths[2]=/b | {\"paths\":[\"/a\",\"/b\"]}",
        "paths[]= | {\"paths\":[null]}",
        "service.id=U | {\"service\":{\"id\":\"U\"}}",
        "service=U | {\"service\":\"U\"}",
        "headers.x-foo=bar | {\"headers\":{\"x-foo\":[\"bar\"]}}",
        "headers[x.foo]=bar | {\"headers\":{\"x.foo\":[\"bar\"]}}",
        "headers.x-foo[]=bar | {\"headers\":{\"x-foo\":[\"bar\"]}}",
        "headers.x.foo=bar | {\"headers\":{\"x\":{\"foo\":\"bar\"}}}",
        "sources[1].ip=1.2.3.4&sources[1].port=80 |"
            + " {\"sources\":[{\"ip\":\"1.2.3.4\",\"port\":80}]}",
        "destinations[].port=80 | {\"destinations\":{\"port\":\"80\"}}",
        "name= | {\"name\":null}",
        "tags= | {\"tags\":null}",
        "strip_path=false | {\"strip_path\":false}",
        "strip_path=yes | {\"strip_path\":\"yes\"}",
        "regex_priority=8080 | {\"regex_priority\":8080}",
        "regex_priority=0x10 | {\"regex_priority\":16}",
        "regex_priority=1e3 | {\"regex_priority\":1000}",
        "regex_priority=007 | {\"regex_priority\":7}",
        "regex_priority=1_0 | {\"regex_priority\":\"1_0\"}",
        "name=true | {\"name\":\"true\"}",
        "flag | {\"flag\":true}",
        "name=a&name=b | {\"name\":[\"a\",\"b\"]}",
        "a[b]=c | {\"a\":{\"b\":\"c\"}}",
        "=x | {}",
        ".name=x | {\"name\":\"x\"}"
      })
  void pairs_become_what_the_schema_wants(String form, String json) {
    assertThat(decode("routes", form)).isEqualTo(object(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocols=http,https | {\"protocols\":[\"http\",\"https\"]}",
        "methods=GET, POST | {\"methods\":[\"GET\",\"POST\"]}",
        "paths=/a, /b | {\"paths\":[\"/a\",\"/b\"]}",
        "hosts=h1.test,h2.test | {\"hosts\":[\"h1.test\",\"h2.test\"]}",
        "methods=[\"GET\",\"POST\"] | {\"methods\":[\"GET\",\"POST\"]}",
        "paths=[\"/a\",\"/b\"] | {\"paths\":[\"/a\",\"/b\"]}"
      })
  void one_text_makes_a_list_where_kong_would_refuse_it(String form, String json) {
    assertThat(decode("routes", form)).isEqualTo(object(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocols=http,gopher | {\"protocols\":[\"http,gopher\"]}",
        "paths=~/v[0-9]{1,3}/x | {\"paths\":[\"~/v[0-9]{1,3}/x\"]}",
        "tags=a,b | {\"tags\":[\"a,b\"]}",
        "methods=[nonsense | {\"methods\":[\"[nonsense\"]}"
      })
  void other_commas_are_characters(String form, String json) {
    assertThat(decode("routes", form)).isEqualTo(object(json));
  }

  @Test
  void a_plugins_fields_are_known_by_its_name() {
    assertThat(
            decode(
                "plugins",
                "name=ip-restriction&config.allow=[\"10.0.0.0/8\", \"::1\"]&config.status=410"
                    + "&config.deny=1.1.1.1,2.2.2.2"))
        .isEqualTo(
            object(
                "{\"name\":\"ip-restriction\",\"config\":{\"allow\":[\"10.0.0.0/8\",\"::1\"],"
                    + "\"status\":410,\"deny\":[\"1.1.1.1\",\"2.2.2.2\"]}}"));
    assertThat(decode("plugins", "name=jwt&config.cookie_names=a,b"))
        .isEqualTo(object("{\"name\":\"jwt\",\"config\":{\"cookie_names\":[\"a,b\"]}}"));
  }

  @Test
  void deprecated_names_have_types_too() {
    assertThat(decode("plugins", "name=rate-limiting&config.redis_port=1"))
        .isEqualTo(object("{\"name\":\"rate-limiting\",\"config\":{\"redis_port\":1}}"));
  }

  @Test
  void a_patch_knows_the_plugin_from_the_stored_row() {
    ObjectNode stored =
        accepted("plugins", "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5}}");
    assertThat(decoder.decode(spec("plugins"), pairs("config.minute=7"), stored))
        .isEqualTo(object("{\"config\":{\"minute\":7}}"));
  }

  @Test
  void a_service_with_only_a_name_is_its_own_host() {
    assertThat(decode("services", "name=analytics-service"))
        .isEqualTo(object("{\"name\":\"analytics-service\",\"host\":\"analytics-service\"}"));
    assertThat(decode("services", "name=a&host="))
        .isEqualTo(object("{\"name\":\"a\",\"host\":null}"));
    ObjectNode stored = accepted("services", "{\"host\":\"h\"}");
    assertThat(decoder.decode(spec("services"), pairs("name=b"), stored))
        .isEqualTo(object("{\"name\":\"b\"}"));
  }

  @Test
  void records_may_be_read_from_texts() {
    FieldSpec servers =
        Fields.array(
            "servers",
            Fields.record("", Fields.field("host", Types.HOST), Fields.field("port", Types.PORT))
                .readText(
                    text ->
                        text.matches("[a-z0-9]+:[0-9]+")
                            ? Json.of(
                                java.util.Map.of(
                                    "host",
                                    text.split(":")[0],
                                    "port",
                                    Integer.parseInt(text.split(":")[1])))
                            : null));
    EntitySpec spec = EntitySpec.named("brokers").field(servers).build();
    assertThat(decoder.decode(spec, pairs("servers=k1:9092,k2:9093"), null))
        .isEqualTo(
            object(
                "{\"servers\":[{\"host\":\"k1\",\"port\":9092},{\"host\":\"k2\",\"port\":9093}]}"));
    assertThat(decoder.decode(spec, pairs("servers=k1:9092"), null))
        .isEqualTo(object("{\"servers\":[{\"host\":\"k1\",\"port\":9092}]}"));
  }

  private ObjectNode decode(String entity, String form) {
    return decoder.decode(spec(entity), pairs(form), null);
  }

  private static List<FormPair> pairs(String form) {
    List<FormPair> pairs = new ArrayList<>();
    for (String pair : form.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      pairs.add(
          new FormPair(
              URLDecoder.decode(name, StandardCharsets.UTF_8),
              equals < 0 ? null : pair.substring(equals + 1)));
    }
    return pairs;
  }
}
