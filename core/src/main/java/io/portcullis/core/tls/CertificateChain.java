package io.portcullis.core.tls;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Certificates of one PEM text: an end entity's own first, then those that lead to a trusted one.
 *
 * @param certificates at least one
 */
public record CertificateChain(List<X509Certificate> certificates) {
  /**
   * What OpenSSL-based and Java clients still follow; a longer chain is sent in every handshake and
   * understood by nobody.
   */
  public static final int LONGEST = 10;

  private static final Set<String> LABELS =
      Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

  public CertificateChain {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("no certificate");
    }
  }

  /**
   * Reads every certificate of {@code pem}; other blocks are passed over.
   *
   * @throws CertificateException with a short message: none there, one of them broken, or more than
   *     {@link #LONGEST}
   */
  public static CertificateChain parse(String pem) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> found = new ArrayList<>();
    for (PemBlock block : PemBlock.all(pem)) {
      if (LABELS.contains(block.label())) {
        if (found.size() == LONGEST) {
          throw new CertificateException("more than " + LONGEST + " certificates");
        }
        found.add(certificate(factory, block));
      }
    }
    if (found.isEmpty()) {
      throw new CertificateException("no certificate in PEM form");
    }
    return new CertificateChain(found);
  }

  private static X509Certificate certificate(CertificateFactory factory, PemBlock block)
      throws CertificateException {
    try {
      return (X509Certificate)
          factory.generateCertificate(new ByteArrayInputStream(block.octets()));
    } catch (IllegalArgumentException notBase64) {
      throw new CertificateException("not base64", notBase64);
    } catch (CertificateException broken) {
      throw new CertificateException("not a certificate of X.509", broken);
    }
  }

  /** The end entity's certificate. */
  public X509Certificate first() {
    return certificates.getFirst();
  }

  /** SHA-256 of the first certificate in DER, in hexadecimal digits. */
  public String digest() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(first().getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
