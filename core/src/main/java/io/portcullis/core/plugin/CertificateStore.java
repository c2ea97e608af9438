package io.portcullis.core.plugin;

import io.portcullis.core.tls.CertifiedKey;
import java.util.List;
import java.util.UUID;

/** Certificates of the live configuration that this node can show to others. Thread-safe. */
public interface CertificateStore {
  /** The keys of a certificate, the preferred one first; none when it is not there. */
  List<CertifiedKey> keys(UUID certificate);
}
