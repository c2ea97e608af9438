package io.portcullis.core.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** PEM files of the test resources. */
public final class SampleCertificates {
  private SampleCertificates() {}

  /** A file's text, {@code rsa.pem} for example. */
  public static String text(String file) {
    try (InputStream stream =
        SampleCertificates.class.getResourceAsStream("/certificates/" + file)) {
      return new String(
          Objects.requireNonNull(stream, file).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
