package io.portcullis.app.node;

import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.tls.CertificateChain;
import io.portcullis.core.tls.CertifiedKey;
import io.portcullis.core.tls.PrivateKeyText;
import io.portcullis.proxy.tls.ShownKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;

/** Reads PEM files into what a TLS listener shows. */
final class CertificateFiles {
  private CertificateFiles() {}

  /**
   * What the two files hold.
   *
   * @throws SettingsException with one line when a file cannot be read or the two do not fit
   */
  static ShownKeys read(Path certificate, Path key) throws SettingsException {
    try {
      return ShownKeys.of(keys(certificate, key));
    } catch (IOException e) {
      throw unusable(certificate, key, e);
    }
  }

  private static SettingsException unusable(Path certificate, Path key, Exception why) {
    return new SettingsException(
        "ssl_cert: cannot use " + certificate + " with " + key + ": " + OneLine.of(why));
  }

  private static CertifiedKey keys(Path certificate, Path key)
      throws SettingsException, IOException {
    CertificateChain chain;
    PrivateKey secret;
    try {
      chain = CertificateChain.parse(Files.readString(certificate, StandardCharsets.ISO_8859_1));
    } catch (CertificateException e) {
      throw new SettingsException("ssl_cert: " + certificate + ": " + e.getMessage());
    }
    try {
      secret = PrivateKeyText.parse(Files.readString(key, StandardCharsets.ISO_8859_1));
    } catch (InvalidKeyException e) {
      throw new SettingsException("ssl_cert_key: " + key + ": " + e.getMessage());
    }
    if (!CertifiedKey.fits(chain.first().getPublicKey(), secret)) {
      throw new SettingsException("ssl_cert_key: " + key + " is not the key of " + certificate);
    }
    return new CertifiedKey(chain, secret);
  }
}
