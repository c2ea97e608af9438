package io.portcullis.core.schema;

import static io.portcullis.core.tls.SampleCertificates.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class KeySpecsTest {
  private static final String BOTH_MISSING =
      "schema violation (at least one of these fields must be non-empty: 'jwk', 'pem')";
  private static final String NO_KEY =
      "schema violation (could not load JWK, likely not a valid key)";

  private static ObjectNode key() {
    return Json.NODES.objectNode().put("kid", "one");
  }

  private static String answer(ObjectNode input) {
    Outcome outcome =
        SampleSchemas.EDITOR.insert(SampleSchemas.spec("keys"), input, ForeignLookup.NONE);
    return outcome instanceof Outcome.Rejected(ApiError error) ? error.message() : "accepted";
  }

  private static String jwk(ObjectNode jwk) {
    return answer(key().put("jwk", jwk.toString()));
  }

  private static ObjectNode pem(String field, String text) {
    ObjectNode key = key();
    key.putObject("pem").put(field, text);
    return key;
  }

  private static ObjectNode ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
    return Json.NODES
        .objectNode()
        .put("kty", "EC")
        .put("kid", "one")
        .put("crv", "P-256")
        .put("x", base64(key.getW().getAffineX().toByteArray()))
        .put("y", base64(key.getW().getAffineY().toByteArray()));
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    return generator.generateKeyPair();
  }

  private static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  @Test
  void one_form_of_the_key_is_given_and_not_two() throws Exception {
    assertThat(answer(key())).isEqualTo(BOTH_MISSING);
    ObjectNode both = pem("public_key", "{vault://env/PEM}").put("jwk", ec().toString());
    assertThat(answer(both))
        .isEqualTo("schema violation (only one or none of these fields must be set: 'jwk', 'pem')");
  }

  @Test
  void asymmetric_web_keys_are_accepted() throws Exception {
    RSAPublicKey rsa = (RSAPublicKey) rsa().getPublic();
    assertThat(jwk(ec())).isEqualTo("accepted");
    assertThat(
            jwk(
                Json.NODES
                    .objectNode()
                    .put("kty", "RSA")
                    .put("kid", "one")
                    .put("n", base64(rsa.getModulus().toByteArray()))
                    .put("e", "AQAB")))
        .isEqualTo("accepted");
    assertThat(
            jwk(
                Json.NODES
                    .objectNode()
                    .put("kty", "OKP")
                    .put("kid", "one")
                    .put("crv", "Ed25519")
                    .put("x", base64(new byte[32]))))
        .isEqualTo("accepted");
    assertThat(answer(key().put("jwk", "{vault://env/JWK}"))).isEqualTo("accepted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kid':'one'}",
        "{'kid':'one','kty':'oct','k':'c2VjcmV0'}",
        "{'kid':'one','kty':'RSA','n':'AQAB'}",
        "{'kid':'one','kty':'RSA','n':'!','e':'AQAB'}",
        "{'kid':'one','kty':'EC','crv':'P-256','x':'AQ','y':'AQ'}",
        "{'kid':'one','kty':'EC','crv':'P-1','x':'AQ','y':'AQ'}",
        "{'kid':'one','kty':'OKP','crv':'Ed25519','x':'AQ'}",
        "{'kid':'one','kty':5}"
      })
  void other_web_keys_are_refused(String jwk) {
    assertThat(answer(key().put("jwk", jwk.replace('\'', '"')))).isEqualTo(NO_KEY);
  }

  @Test
  void a_web_key_is_json_and_bears_the_key_id() throws Exception {
    assertThat(answer(key().put("jwk", "{")))
        .isEqualTo("schema violation (could not json decode jwk string)");
    assertThat(answer(key().put("jwk", "5")))
        .isEqualTo("schema violation (could not json decode jwk string)");
    assertThat(jwk(ec().put("kid", "two")))
        .isEqualTo("schema violation (kid in jwk.kid must be equal to keys.kid)");
  }

  @Test
  void keys_in_pem_form_are_loaded_as_what_they_are_given_for() throws Exception {
    String publicKey =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(rsa().getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    assertThat(answer(pem("public_key", publicKey))).isEqualTo("accepted");
    assertThat(answer(pem("private_key", text("ec.key")))).isEqualTo("accepted");
    assertThat(answer(pem("private_key", "{vault://env/KEY}"))).isEqualTo("accepted");
    for (String broken : Arrays.asList("x", text("ec.key"), text("ec.pem"))) {
      assertThat(answer(pem("public_key", broken)))
          .isEqualTo("schema violation (pem: could not load public key)");
    }
    assertThat(answer(pem("private_key", publicKey)))
        .startsWith("schema violation (pem: could not load private key");
  }

  @Test
  void a_pem_form_without_any_key_is_refused() {
    assertThat(answer(key().set("pem", Json.NODES.objectNode())))
        .contains("at least one of these fields must be non-empty: 'private_key', 'public_key'");
  }
}
