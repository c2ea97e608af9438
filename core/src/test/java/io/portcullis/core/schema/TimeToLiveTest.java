package io.portcullis.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TimeToLiveTest {
  private static final EntitySpec KEYS =
      EntitySpec.named("keys_of_doors")
          .expiring()
          .id()
          .field(Fields.string("key").optional())
          .build();

  private static final EntitySpecs SPECS = new EntitySpecs(PluginCatalog.of(List.of()));

  private Instant now = Instant.ofEpochMilli(1_700_000_000_123L);
  private final EntityEditor editor = new EntityEditor(SPECS, () -> now, new SecureRandomValues());

  @Test
  void seconds_to_live_are_kept_as_the_moment_of_the_end() {
    ObjectNode key = inserted("{'key':'a','ttl':1000}");

    assertThat(key.get("expires_at").longValue()).isEqualTo(1_700_001_000_123L);
    assertThat(key.has("ttl")).isFalse();
    assertThat(editor.shown(KEYS, key).get("ttl").intValue()).isEqualTo(999);
    assertThat(editor.shown(KEYS, key).has("expires_at")).isFalse();
    now = now.plusMillis(999_999);
    assertThat(TimeToLive.isExpired(key, now)).isFalse();
    now = now.plusMillis(1);
    assertThat(TimeToLive.isExpired(key, now)).isTrue();
    assertThat(editor.shown(KEYS, key).get("ttl").intValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'ttl':0}", "{'ttl':null}"})
  void without_a_time_a_row_stays(String input) {
    ObjectNode key = inserted(input);

    assertThat(key.get("expires_at").isNull()).isTrue();
    assertThat(editor.shown(KEYS, key).get("ttl").isNull()).isTrue();
    assertThat(TimeToLive.isExpired(key, Instant.parse("9999-01-01T00:00:00Z"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "100000001", "'5'", "1.5", "true", "[1]", "{}", "1e400"})
  void other_times_are_refused(String ttl) {
    ApiError error = ((Outcome.Rejected) insert("{'ttl':" + ttl + "}")).error();

    assertThat(error.toJson())
        .isEqualTo(
            json(
                "{'code':11,'name':'invalid options','message':'invalid option (ttl: must be an"
                    + " integer between 0 and 100000000)','options':{'ttl':'must be an integer"
                    + " between 0 and 100000000'}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{'key':'b'} | 59", "{'ttl':5} | 4", "{'ttl':0} | null", "{'ttl':null} | null"})
  void a_change_keeps_the_end_unless_it_gives_another(String patch, String shown) {
    ObjectNode key = inserted("{'key':'a','ttl':60}");
    ObjectNode changed =
        ((Outcome.Accepted) editor.update(KEYS, key, json(patch), ForeignLookup.NONE)).entity();

    assertThat(editor.shown(KEYS, changed).get("ttl")).hasToString(shown);
  }

  @Test
  void a_replaced_row_loses_its_end() {
    ObjectNode key = inserted("{'ttl':60}");
    Outcome outcome = editor.replace(KEYS, key, json("{}"), ForeignLookup.NONE);

    assertThat(((Outcome.Accepted) outcome).entity().get("expires_at").isNull()).isTrue();
  }

  @Test
  void what_was_stored_is_taken_over_with_its_end() {
    Outcome taken =
        editor.insertStored(
            KEYS, json("{'key':'a','expires_at':1700001000123}"), ForeignLookup.NONE);
    Outcome broken = editor.insertStored(KEYS, json("{'expires_at':'x'}"), ForeignLookup.NONE);
    Outcome fromOutside = insert("{'expires_at':1700001000123}");

    assertThat(((Outcome.Accepted) taken).entity().get("expires_at").longValue())
        .isEqualTo(1_700_001_000_123L);
    assertThat(((Outcome.Rejected) broken).error().message())
        .isEqualTo("schema violation (expires_at: expected an integer)");
    assertThat(((Outcome.Rejected) fromOutside).error().message())
        .isEqualTo("schema violation (expires_at: unknown field)");
  }

  @Test
  void schemas_of_rows_hold_it() {
    for (JsonSchema.Use use : JsonSchema.Use.values()) {
      ObjectNode schema = JsonSchema.entity(KEYS, use);
      assertThat(schema.at("/properties/ttl/maximum").intValue()).isEqualTo(100_000_000);
      assertThat(schema.path("required").toString().contains("ttl"))
          .isEqualTo(use == JsonSchema.Use.SHOWN);
    }
  }

  @Test
  void forms_give_it_as_text() {
    FormDecoder forms = new FormDecoder(SPECS);

    assertThat(forms.decode(KEYS, List.of(new FormPair("ttl", "500")), null))
        .isEqualTo(json("{'ttl':500}"));
    assertThat(insert(forms.decode(KEYS, List.of(new FormPair("ttl", "x")), null)))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void other_entities_have_no_such_field() {
    EntitySpec services = SPECS.byName("services").orElseThrow();
    Outcome outcome = editor.insert(services, json("{'host':'h','ttl':5}"), ForeignLookup.NONE);

    assertThat(((Outcome.Rejected) outcome).error().message())
        .isEqualTo("schema violation (ttl: unknown field)");
  }

  private ObjectNode inserted(String input) {
    return ((Outcome.Accepted) insert(input)).entity();
  }

  private Outcome insert(String input) {
    return insert(json(input));
  }

  private Outcome insert(ObjectNode input) {
    return editor.insert(KEYS, input, ForeignLookup.NONE);
  }

  private static ObjectNode json(@Nullable String text) {
    return (ObjectNode) JsonMapper.shared().readTree(String.valueOf(text).replace('\'', '"'));
  }
}
