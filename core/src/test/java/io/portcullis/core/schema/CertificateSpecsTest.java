package io.portcullis.core.schema;

import static io.portcullis.core.tls.SampleCertificates.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class CertificateSpecsTest {
  private static final EntityEditor EDITOR = SampleSchemas.EDITOR;

  private static ObjectNode pair(String cert, String key) {
    return Json.NODES.objectNode().put("cert", text(cert)).put("key", text(key));
  }

  private static Outcome insert(String entity, ObjectNode input) {
    return EDITOR.insert(SampleSchemas.spec(entity), input, ForeignLookup.NONE);
  }

  private static String refusal(String entity, ObjectNode input) {
    return insert(entity, input) instanceof Outcome.Rejected(ApiError error)
        ? error.message()
        : "accepted";
  }

  @Test
  void a_pair_and_an_alternative_pair_of_another_type_are_accepted() {
    ObjectNode both =
        pair("rsa.pem", "rsa.key")
            .put("cert_alt", text("ec.pem"))
            .put("key_alt", text("ec-sec1.key"));
    assertThat(insert("certificates", both)).isInstanceOf(Outcome.Accepted.class);
    assertThat(
            refusal(
                "certificates",
                pair("ec.pem", "ec.key")
                    .put("cert_alt", text("ec.pem"))
                    .put("key_alt", text("ec.key"))))
        .contains("need to have different type (e.g. RSA and ECDSA)");
  }

  @Test
  void a_key_of_another_certificate_is_refused_for_either_pair() {
    assertThat(refusal("certificates", pair("rsa.pem", "ec.key")))
        .isEqualTo("schema violation (certificate does not match key)");
    assertThat(
            refusal(
                "certificates",
                pair("rsa.pem", "rsa.key")
                    .put("cert_alt", text("ec.pem"))
                    .put("key_alt", text("ed25519.key"))))
        .isEqualTo("schema violation (alternative certificate does not match key)");
    assertThat(
            refusal("certificates", pair("rsa.pem", "rsa.key").put("key_alt", text("ed25519.key"))))
        .isEqualTo(
            "schema violation (all or none of these fields must be set: 'cert_alt', 'key_alt')");
  }

  @Test
  void garbage_and_too_long_chains_are_refused_by_field() {
    assertThat(refusal("certificates", pair("rsa.key", "rsa.pem")))
        .isEqualTo(
            "2 schema violations (cert: invalid certificate: no certificate in PEM form;"
                + " key: invalid key: no private key in PEM form)");
    assertThat(
            refusal(
                "certificates", pair("ec.pem", "ec.key").put("cert", text("ec.pem").repeat(11))))
        .isEqualTo("schema violation (cert: invalid certificate: more than 10 certificates)");
  }

  @Test
  void a_reference_into_a_vault_stands_for_any_text_but_an_authority() {
    ObjectNode input =
        Json.NODES.objectNode().put("cert", "{vault://env/cert}").put("key", "{vault://env/key}");
    assertThat(insert("certificates", input)).isInstanceOf(Outcome.Accepted.class);
    assertThat(refusal("ca_certificates", Json.NODES.objectNode().put("cert", "{vault://env/c}")))
        .startsWith("schema violation (cert: invalid certificate: ");
  }

  @Test
  void an_authority_is_known_by_its_digest_whatever_the_client_says() {
    ObjectNode input =
        Json.NODES.objectNode().put("cert", text("authority.pem")).put("cert_digest", "mine");
    assertThat(insert("ca_certificates", input))
        .isInstanceOfSatisfying(
            Outcome.Accepted.class,
            accepted ->
                assertThat(accepted.entity().get("cert_digest").stringValue())
                    .matches("[0-9a-f]{64}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rsa.pem | does not appear to be a CA because it is missing the \"CA\" basic constraint",
        "authority-expired.pem | certificate expired, \"Not After\" time is in the past"
      })
  void what_is_no_authority_is_refused(String file, String message) {
    assertThat(refusal("ca_certificates", Json.NODES.objectNode().put("cert", text(file))))
        .contains(message);
  }

  @Test
  void authorities_come_one_at_a_time() {
    ObjectNode input = Json.NODES.objectNode();
    input.put("cert", text("authority.pem") + text("authority-expired.pem"));
    assertThat(refusal("ca_certificates", input))
        .isEqualTo("schema violation (please submit only one certificate at a time)");
  }

  @ParameterizedTest
  @CsvSource({
    "a.*.b, wildcard must be leftmost or rightmost character",
    "*.*, only one wildcard must be specified",
    "1.2.3.4, must not be an IP",
    "a.test:1, must not have a port",
    "'a b', invalid value: a b"
  })
  void wrong_server_names_are_refused(String name, String message) {
    ObjectNode input = Json.NODES.objectNode().put("name", name);
    input.putObject("certificate").put("id", "00000000-0000-4000-8000-000000000001");
    assertThat(refusal("snis", input)).isEqualTo("schema violation (name: " + message + ")");
  }
}
