package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.tls.CertificateChain;
import io.portcullis.core.tls.CertifiedKey;
import io.portcullis.core.tls.PrivateKeyText;
import io.portcullis.core.vault.VaultReference;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Certificates, the server names that they are shown for, and the authorities that are trusted. */
final class CertificateSpecs {
  private static final String MISMATCH = "certificate does not match key";
  private static final String NO_CERTIFICATE = "invalid certificate: no certificate in PEM form";

  private CertificateSpecs() {}

  /** Certificates with their keys, and a second pair of another key type. */
  static EntitySpec certificates() {
    return EntitySpec.named("certificates")
        .id()
        .createdAt()
        .updatedAt()
        .field(certificate("cert").required().doc("Certificate and chain, in PEM form."))
        .field(key("key").required().doc("Its private key, in PEM form."))
        .field(certificate("cert_alt").optional().doc("The same with another type of key."))
        .field(key("key_alt").optional().doc("Private key of cert_alt."))
        .tags()
        .field(
            array("snis", Types.STRING)
                .optional()
                .transientField()
                .doc("Names of its snis, which are made and removed to match this list."))
        .check(Checks.mutuallyRequired("cert_alt", "key_alt"))
        .check(Checks.custom(List.of("cert", "key"), run -> pair(run, "cert", "key", MISMATCH)))
        .check(
            Checks.custom(
                List.of("cert_alt", "key_alt"),
                run -> pair(run, "cert_alt", "key_alt", "alternative " + MISMATCH)))
        .check(Checks.custom(List.of("cert", "cert_alt"), CertificateSpecs::differentTypes))
        .build();
  }

  /** Server names of TLS. */
  static EntitySpec snis() {
    return EntitySpec.named("snis")
        .lookupKey("name")
        .id()
        .field(
            field("name", Types.WILDCARD_SNI)
                .required()
                .uniqueAcrossWorkspaces()
                .doc("Server name; a * may stand at its beginning or end."))
        .createdAt()
        .updatedAt()
        .tags()
        .field(
            foreign("certificate", "certificates")
                .required()
                .onDelete(OnDelete.CASCADE_UNTOLD)
                .doc("What is shown to clients that ask for the name."))
        .build();
  }

  /** Authorities whose certificates are trusted. */
  static EntitySpec authorities() {
    return EntitySpec.named("ca_certificates")
        .id()
        .createdAt()
        .updatedAt()
        .field(authority("cert").required().doc("One authority's certificate, in PEM form."))
        .field(
            string("cert_digest")
                .unique()
                .doc("SHA-256 of the certificate, set whenever cert is written."))
        .tags()
        .check(Checks.custom(List.of("cert"), CertificateSpecs::authority))
        .derived("cert_digest", "cert", CertificateSpecs::digest)
        .build();
  }

  private static FieldSpec certificate(String name) {
    return field(name, Types.text(CertificateSpecs::refusalOfCertificate)).referenceable();
  }

  private static FieldSpec authority(String name) {
    return field(
        name,
        Types.text(pem -> VaultReference.is(pem) ? NO_CERTIFICATE : refusalOfCertificate(pem)));
  }

  private static FieldSpec key(String name) {
    return field(name, Types.text(CertificateSpecs::refusalOfKey)).referenceable().encrypted();
  }

  private static @Nullable String refusalOfCertificate(String pem) {
    if (VaultReference.is(pem)) {
      return null;
    }
    try {
      CertificateChain.parse(pem);
      return null;
    } catch (CertificateException broken) {
      return "invalid certificate: " + broken.getMessage();
    }
  }

  private static @Nullable String refusalOfKey(String pem) {
    if (VaultReference.is(pem)) {
      return null;
    }
    try {
      PrivateKeyText.parse(pem);
      return null;
    } catch (InvalidKeyException broken) {
      return "invalid key: " + broken.getMessage();
    }
  }

  private static void pair(CheckRun run, String certificate, String key, String message) {
    Optional<X509Certificate> shown = certificate(run, certificate);
    Optional<PrivateKey> secret = key(run, key);
    if (shown.isPresent()
        && secret.isPresent()
        && !CertifiedKey.fits(shown.get().getPublicKey(), secret.get())) {
      run.refuse(message);
    }
  }

  private static void differentTypes(CheckRun run) {
    Optional<X509Certificate> one = certificate(run, "cert");
    Optional<X509Certificate> other = certificate(run, "cert_alt");
    if (one.isPresent() && other.isPresent() && type(one.get()).equals(type(other.get()))) {
      run.refuse(
          "certificate and alternative certificate need to have different type (e.g. RSA and"
              + " ECDSA), the provided certificates were both of the same type");
    }
  }

  private static String type(X509Certificate certificate) {
    return certificate.getPublicKey().getAlgorithm();
  }

  private static void authority(CheckRun run) {
    Optional<CertificateChain> chain = chain(run, "cert");
    if (chain.isEmpty()) {
      return;
    }
    if (chain.get().certificates().size() > 1) {
      run.refuse("please submit only one certificate at a time");
      return;
    }
    X509Certificate certificate = chain.get().first();
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException expired) {
      run.refuse("certificate expired, \"Not After\" time is in the past");
      return;
    } catch (CertificateNotYetValidException early) {
      // Clocks differ; it will be valid.
    }
    if (certificate.getBasicConstraints() < 0) {
      run.refuse(
          "certificate does not appear to be a CA because it is missing the \"CA\" basic"
              + " constraint");
    }
  }

  private static @Nullable String digest(String pem) {
    try {
      return CertificateChain.parse(pem).digest();
    } catch (CertificateException broken) {
      return null;
    }
  }

  private static Optional<X509Certificate> certificate(CheckRun run, String field) {
    return chain(run, field).map(CertificateChain::first);
  }

  /** Empty also for what the field's own rule refuses. */
  private static Optional<CertificateChain> chain(CheckRun run, String field) {
    Optional<String> pem = run.value(field).filter(JsonNode::isString).map(JsonNode::stringValue);
    if (pem.isEmpty() || VaultReference.is(pem.get())) {
      return Optional.empty();
    }
    try {
      return Optional.of(CertificateChain.parse(pem.get()));
    } catch (CertificateException refusedAlready) {
      return Optional.empty();
    }
  }

  private static Optional<PrivateKey> key(CheckRun run, String field) {
    Optional<String> pem = run.value(field).filter(JsonNode::isString).map(JsonNode::stringValue);
    if (pem.isEmpty() || VaultReference.is(pem.get())) {
      return Optional.empty();
    }
    try {
      return Optional.of(PrivateKeyText.parse(pem.get()));
    } catch (InvalidKeyException refusedAlready) {
      return Optional.empty();
    }
  }
}
