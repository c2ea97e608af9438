package io.portcullis.plugins.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of every kind: the public half verifies what the private half signs. */
class JsonWebKeyTest {
  @ParameterizedTest
  @CsvSource({
    "RS256,RSA,2048",
    "PS512,RSA,2048",
    "ES256,EC,256",
    "ES384,EC,384",
    "ES512,EC,521",
    "EdDSA,Ed25519,0",
    "EdDSA,Ed448,0"
  })
  void a_pair_signs_and_verifies(String algorithm, String kind, int size) {
    KeyPair pair = Tokens.pair(kind, size);
    SigningAlgorithm named = Objects.requireNonNull(SigningAlgorithm.named(algorithm));
    JsonWebKey whole = key(KeySets.set(KeySets.key("a", pair, true)), "a");
    JsonWebKey half = key(KeySets.set(KeySets.key("a", pair, false)), "a");
    byte[] text = "text".getBytes(UTF_8);

    byte[] signature = named.sign(Objects.requireNonNull(whole.signing()), text);

    assertThat(named.verifies(half.verifying(), text, signature)).isTrue();
    assertThat(named.verifies(pair.getPublic(), text, signature)).isTrue();
    assertThat(named.verifies(half.verifying(), "test".getBytes(UTF_8), signature)).isFalse();
    assertThat(half.signing()).isNull();
    assertThat(half.family()).isEqualTo(named.family());
  }

  @Test
  void the_first_edwards_key_of_rfc_8037_is_read() {
    JsonWebKey key =
        key(
            KeySets.set(
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"),
            "");
    String signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    byte[] signature =
        java.util.Base64.getUrlDecoder()
            .decode(
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");

    assertThat(SigningAlgorithm.EDDSA.verifies(key.verifying(), signed.getBytes(UTF_8), signature))
        .isTrue();
  }

  @Test
  void keys_are_named_as_the_strategy_says() {
    String key =
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"k\",\"x5t\":\"t\",\"x5t#S256\":\"s\"}";

    assertThat(set(KeySets.set(key), KeyIdentity.KID).key("k")).isNotNull();
    assertThat(set(KeySets.set(key), KeyIdentity.X5T).key("t")).isNotNull();
    assertThat(set(KeySets.set(key), KeyIdentity.X5T_S256).key("s")).isNotNull();
    assertThat(set(KeySets.set(key), KeyIdentity.KID_X5T).key("kt")).isNotNull();
  }

  @Test
  void keys_that_are_not_understood_are_left_out() {
    KeySet keys =
        set(
            KeySets.set(
                "{\"kty\":\"new\",\"kid\":\"a\"}",
                "{\"kty\":\"RSA\",\"kid\":\"b\",\"n\":\"?\"}",
                "{\"kty\":\"EC\",\"kid\":\"c\",\"crv\":\"P-1\",\"x\":\"AQ\",\"y\":\"AQ\"}",
                "{\"kty\":\"oct\",\"kid\":\"d\",\"k\":\"\"}",
                "{\"kty\":\"oct\",\"kid\":\"e\",\"k\":\"AQ\",\"use\":\"enc\"}",
                "7",
                KeySets.secret("good", new byte[] {1})),
            KeyIdentity.KID);

    for (String name : new String[] {"a", "b", "c", "d", "e", ""}) {
      assertThat(keys.key(name)).as(name).isNull();
    }
    assertThat(keys.key("good")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "{}", "{\"keys\":{}}"})
  void what_is_no_set_is_refused(String text) {
    assertThatThrownBy(() -> set(text, KeyIdentity.KID))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static KeySet set(String text, KeyIdentity identity) {
    return KeySet.parse(text.getBytes(UTF_8), identity);
  }

  private static JsonWebKey key(String set, String name) {
    return Objects.requireNonNull(set(set, KeyIdentity.KID).key(name));
  }
}
