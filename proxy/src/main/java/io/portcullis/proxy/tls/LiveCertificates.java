package io.portcullis.proxy.tls;

import io.portcullis.core.tls.CertifiedKey;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What new handshakes look into: server names, certificates by id, and the node's own keys.
 * Thread-safe.
 */
public final class LiveCertificates {
  private volatile SniIndex current = SniIndex.empty();

  private final ConcurrentMap<UUID, ShownKeys> byId = new ConcurrentHashMap<>();

  private volatile ShownKeys fallback = new ShownKeys(List.of());

  /** What is shown to clients without a server name, or with one that nothing is live for. */
  public ShownKeys fallback() {
    return fallback;
  }

  /** Puts other keys in that place, for new handshakes; none of a type is a failed handshake. */
  public void fallback(ShownKeys own) {
    fallback = own;
  }

  /** The keys of a stored certificate; none when it is not there or cannot be shown. */
  public List<CertifiedKey> keys(UUID certificate) {
    ShownKeys shown = byId.get(certificate);
    return shown == null ? List.of() : shown.keys();
  }

  /** Puts the keys of a stored certificate in place; null takes them away. */
  public void change(UUID certificate, @Nullable ShownKeys keys) {
    if (keys == null) {
      byId.remove(certificate);
    } else {
      byId.put(certificate, keys);
    }
  }

  /** To be read once per handshake. */
  public SniIndex current() {
    return current;
  }

  /** Publishes an index; handshakes and sessions under way keep what they have. */
  public void replace(SniIndex next) {
    current = next;
  }
}
