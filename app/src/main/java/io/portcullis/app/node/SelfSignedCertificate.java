package io.portcullis.app.node;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The certificate that a TLS listener shows when nobody gave one; made once and kept under the
 * prefix.
 */
record SelfSignedCertificate(Path certificate, Path key) {
  private static final Duration LIFETIME = Duration.ofDays(20 * 365);

  /** The one in {@code folder}, made if it is not there. */
  static SelfSignedCertificate in(Path folder) throws IOException {
    Path certificate = folder.resolve("default.crt");
    Path key = folder.resolve("default.key");
    if (!Files.isReadable(certificate) || !Files.isReadable(key)) {
      Files.createDirectories(folder);
      make(certificate, key);
    }
    return new SelfSignedCertificate(certificate, key);
  }

  private static void make(Path certificate, Path key) throws IOException {
    try {
      SecureRandom random = new SecureRandom();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=localhost, O=Portcullis, OU=self-signed");
      Instant now = Instant.now();
      GeneralNames names = new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost"));
      X509CertificateHolder holder =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(120, random),
                  Date.from(now.minus(Duration.ofHours(1))),
                  Date.from(now.plus(LIFETIME)),
                  name,
                  pair.getPublic())
              .addExtension(Extension.subjectAlternativeName, false, names)
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      Files.deleteIfExists(key);
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(key, pem(new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded())));
      Files.writeString(certificate, pem(holder));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make a self-signed certificate", e);
    }
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
