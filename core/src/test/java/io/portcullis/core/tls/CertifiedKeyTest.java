package io.portcullis.core.tls;

import static io.portcullis.core.tls.SampleCertificates.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertifiedKeyTest {
  @ParameterizedTest
  @CsvSource({
    "rsa.pem, rsa.key, RSA",
    "rsa.pem, rsa-pkcs1.key, RSA",
    "ec.pem, ec.key, EC",
    "ec.pem, ec-sec1.key, EC",
    "ed25519.pem, ed25519.key, EdDSA"
  })
  void reads_every_form_of_a_key_that_fits(String certificate, String key, String algorithm)
      throws Exception {
    CertifiedKey pair = CertifiedKey.parse(text(certificate), text(key));
    assertThat(pair.algorithm()).isEqualTo(algorithm);
    assertThat(pair).isEqualTo(CertifiedKey.parse(text(certificate), text(key)));
    assertThat(pair.toString()).doesNotContain("PrivateKey");
  }

  @ParameterizedTest
  @CsvSource({"rsa.pem, ec.key", "ec.pem, rsa.key", "ec.pem, ed25519.key", "ed25519.pem, ec.key"})
  void refuses_a_key_of_another_certificate(String certificate, String key) {
    assertThatThrownBy(() -> CertifiedKey.parse(text(certificate), text(key)))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessage("certificate does not match key");
  }

  @Test
  void says_what_is_wrong_with_a_text() {
    assertThatThrownBy(() -> PrivateKeyText.parse(text("rsa-encrypted.key")))
        .hasMessageContaining("encrypted");
    assertThatThrownBy(() -> PrivateKeyText.parse(text("rsa.pem")))
        .hasMessage("no private key in PEM form");
    assertThatThrownBy(() -> CertificateChain.parse(text("rsa.key")))
        .hasMessage("no certificate in PEM form");
    assertThatThrownBy(
            () ->
                CertificateChain.parse(
                    "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"))
        .hasMessage("not base64");
    assertThatThrownBy(
            () ->
                CertificateChain.parse(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
        .hasMessage("not a certificate of X.509");
  }

  @Test
  void reads_the_certificates_of_a_chain_in_order_and_no_more_than_anybody_follows()
      throws Exception {
    String chain = "a comment\n" + text("rsa.pem") + "another\n" + text("authority.pem");
    assertThat(CertificateChain.parse(chain).certificates()).hasSize(2);
    assertThat(CertificateChain.parse(chain).first())
        .isEqualTo(CertificateChain.parse(text("rsa.pem")).first());
    assertThat(
            CertificateChain.parse(text("ec.pem").repeat(CertificateChain.LONGEST)).certificates())
        .hasSize(10);
    assertThatThrownBy(
            () -> CertificateChain.parse(text("ec.pem").repeat(CertificateChain.LONGEST + 1)))
        .isInstanceOf(CertificateException.class)
        .hasMessage("more than 10 certificates");
  }

  /** Never anything but the two declared exceptions. */
  @Property(tries = 300)
  void a_damaged_text_is_read_or_refused(
      @ForAll @IntRange(max = 1700) int at,
      @ForAll char damage,
      @ForAll @IntRange(max = 4) int which) {
    String[] keys = {"rsa.key", "rsa-pkcs1.key", "ec.key", "ec-sec1.key", "ed25519.key"};
    try {
      CertifiedKey.parse(
          damaged(text("ec.pem"), at, damage), damaged(text(keys[which]), at, damage));
    } catch (CertificateException | InvalidKeyException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static String damaged(String text, int at, char damage) {
    int position = at % text.length();
    return text.substring(0, position) + damage + text.substring(position + 1);
  }
}
