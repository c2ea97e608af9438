package io.portcullis.proxy.testkit;

import io.portcullis.core.tls.CertificateChain;
import io.portcullis.core.tls.CertifiedKey;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key and all that issued it, the root left out.
 *
 * @param chain its own first
 */
public record TestCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final char[] PASSWORD = "password".toCharArray();

  /** Signed by itself. */
  public static TestCertificate ecdsa(String host) {
    return make(host, "EC", 256, false, null);
  }

  /** Signed by itself, with an RSA key. */
  public static TestCertificate rsa(String host) {
    return make(host, "RSA", 2048, false, null);
  }

  /** A root that may issue others. */
  public static TestCertificate authority(String name) {
    return make(name, "EC", 256, true, null);
  }

  /** An authority below this one. */
  public TestCertificate intermediate(String name) {
    return make(name, "EC", 256, true, this);
  }

  /** A host's certificate from this authority. */
  public TestCertificate issue(String host) {
    return make(host, "EC", 256, false, this);
  }

  private static TestCertificate make(
      String host,
      String algorithm,
      int size,
      boolean authority,
      @Nullable TestCertificate issuer) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      KeyPair pair = generator.generateKeyPair();
      Instant now = Instant.now();
      X500Name name = new X500Name("CN=" + host);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer == null
                  ? name
                  : new X500Name(issuer.certificate().getSubjectX500Principal().getName()),
              new BigInteger(120, new SecureRandom()),
              Date.from(now.minus(1, ChronoUnit.DAYS)),
              Date.from(now.plus(1, ChronoUnit.DAYS)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
      }
      PrivateKey signer = issuer == null ? pair.getPrivate() : issuer.key;
      String signature = signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(signer))));
      if (issuer != null && !issuer.isRoot()) {
        chain.addAll(issuer.chain);
      }
      return new TestCertificate(List.copyOf(chain), pair.getPrivate());
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }

  private boolean isRoot() {
    return certificate().getSubjectX500Principal().equals(certificate().getIssuerX500Principal());
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** The chain in PEM form. */
  public String pem() {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        text.append(block("CERTIFICATE", certificate.getEncoded()));
      } catch (java.security.cert.CertificateEncodingException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return text.toString();
  }

  /** The key in PEM form. */
  public String keyPem() {
    return block("PRIVATE KEY", key.getEncoded());
  }

  public CertifiedKey certified() {
    return new CertifiedKey(new CertificateChain(chain), key);
  }

  private static String block(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** A context that shows this certificate and trusts {@code trusted}. */
  public SSLContext context(TestCertificate... trusted) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("key", key, PASSWORD, chain.toArray(Certificate[]::new));
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trust(trusted).getTrustManagers(), null);
      return context;
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static TrustManagerFactory trust(TestCertificate... trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.length; i++) {
      store.setCertificateEntry("trusted-" + i, trusted[i].certificate());
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
