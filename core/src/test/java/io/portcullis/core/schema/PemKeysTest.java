package io.portcullis.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeysTest {
  private static final int RSA_PREFIX = 24;
  private static final int PKCS1_PREFIX = 26;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void public_and_private_keys_pass(String algorithm) throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    assertThat(PemKeys.isKey(pem("PUBLIC KEY", pair.getPublic().getEncoded()))).isTrue();
    assertThat(PemKeys.isKey(pem("PRIVATE KEY", pair.getPrivate().getEncoded()))).isTrue();
  }

  @Test
  void rsa_keys_pass_in_their_older_form() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    byte[] publicDer = pair.getPublic().getEncoded();
    byte[] privateDer = pair.getPrivate().getEncoded();
    assertThat(
            PemKeys.isKey(
                pem("RSA PUBLIC KEY", Arrays.copyOfRange(publicDer, RSA_PREFIX, publicDer.length))))
        .isTrue();
    assertThat(
            PemKeys.isKey(
                pem(
                    "RSA PRIVATE KEY",
                    Arrays.copyOfRange(privateDer, PKCS1_PREFIX, privateDer.length))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
      })
  void anything_else_is_refused(String pem) {
    assertThat(PemKeys.isKey(pem)).isFalse();
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
