package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.vault.Vaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SecretFieldsTest {
  private static final FieldSpec CONFIG =
      record(
          "config",
          string("open"),
          string("secret").referenceable(),
          record("inner", string("secret").referenceable()),
          array("list", Types.STRING.referenceable()),
          map("map", Types.STRING, Types.STRING.referenceable()));

  private final List<String> missing = new ArrayList<>();
  private final SecretFields secrets =
      new SecretFields(
          new Vaults(Map.of("A", "alpha")::get),
          (field, reference, reason) -> missing.add(field + " " + reference + " " + reason));

  private static ObjectNode json(String text) {
    return (ObjectNode) SampleSchemas.JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void references_are_replaced_wherever_a_field_may_hold_one() {
    ObjectNode stored =
        json(
            "{'open':'{vault://env/a}','secret':'{vault://env/a}',"
                + "'inner':{'secret':'{vault://env/a}'},'list':['x','{vault://env/a}'],"
                + "'map':{'h':'{vault://env/a}'}}");
    ObjectNode before = stored.deepCopy();
    assertThat(secrets.config(CONFIG, stored))
        .isEqualTo(
            json(
                "{'open':'{vault://env/a}','secret':'alpha','inner':{'secret':'alpha'},"
                    + "'list':['x','alpha'],'map':{'h':'alpha'}}"));
    assertThat(stored).isEqualTo(before);
    assertThat(missing).isEmpty();
  }

  @Test
  void what_cannot_be_resolved_is_empty_and_told() {
    assertThat(
            secrets.config(
                CONFIG, json("{'inner':{'secret':'{vault://env/b}'},'list':['{vault://no/b}']}")))
        .isEqualTo(json("{'inner':{'secret':''},'list':['']}"));
    assertThat(missing)
        .containsExactly(
            "config.inner.secret {vault://env/b} the environment variable B is not set",
            "config.list[1] {vault://no/b} there is no vault 'no'");
  }

  @Test
  void a_value_without_references_stays_the_same_object() {
    ObjectNode stored = json("{'secret':'s'}");
    assertThat(secrets.config(CONFIG, stored)).isSameAs(stored);
    assertThat(secrets.certificate(stored)).isSameAs(stored);
  }

  @Test
  void certificates_and_their_keys_may_be_references() {
    ObjectNode stored = json("{'cert':'{vault://env/a}','key':'{vault://env/a}','tags':['t']}");
    assertThat(secrets.certificate(stored))
        .isEqualTo(json("{'cert':'alpha','key':'alpha','tags':['t']}"));
  }

  @Test
  void a_reference_passes_the_rules_that_its_secret_must_keep() {
    FieldSpec port = string("port").oneOf("80").referenceable();
    Validator validator = new Validator(name -> java.util.Optional.empty(), false);
    assertThat(validator.check(port, Json.of("{vault://env/a}"))).isNull();
    assertThat(validator.check(port, Json.of("81"))).isNotNull();
    assertThat(validator.check(string("port").oneOf("80"), Json.of("{vault://env/a}"))).isNotNull();
  }
}
