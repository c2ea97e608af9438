package io.portcullis.proxy.tls;

import io.portcullis.core.entity.Certificate;
import io.portcullis.core.tls.CertifiedKey;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a handshake can show: a certified key, or two of different types. Immutable.
 *
 * @param keys the preferred one first
 */
public record ShownKeys(List<CertifiedKey> keys) {
  public ShownKeys {
    keys = List.copyOf(keys);
  }

  /** A single key. */
  public static ShownKeys of(CertifiedKey key) {
    return new ShownKeys(List.of(key));
  }

  /**
   * Parses an entity.
   *
   * @throws IllegalArgumentException with the reason, when it cannot be shown
   */
  public static ShownKeys of(Certificate certificate) {
    List<CertifiedKey> keys = new ArrayList<>(2);
    keys.add(parsed("cert", certificate.cert(), certificate.key()));
    if (certificate.certAlt() != null && certificate.keyAlt() != null) {
      keys.add(parsed("cert_alt", certificate.certAlt(), certificate.keyAlt()));
    }
    return new ShownKeys(keys);
  }

  private static CertifiedKey parsed(String field, String chain, String key) {
    if (chain.isEmpty() || key.isEmpty()) {
      // No stored text is empty: this is what a vault had for a reference.
      throw new IllegalArgumentException(field + ": the vault has no certificate or no key");
    }
    try {
      return CertifiedKey.parse(chain, key);
    } catch (GeneralSecurityException broken) {
      throw new IllegalArgumentException(field + ": " + broken.getMessage(), broken);
    }
  }

  /** The key of that algorithm, {@code RSA} or {@code EC} for example; null if there is none. */
  @Nullable CertifiedKey ofType(String algorithm) {
    for (CertifiedKey key : keys) {
      if (key.algorithm().equals(algorithm)) {
        return key;
      }
    }
    return null;
  }
}
