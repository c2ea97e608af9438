package io.portcullis.proxy.tls;

import java.util.List;

/** What new handshakes look into: server names, and the node's own keys. Thread-safe. */
public final class LiveCertificates {
  private volatile SniIndex current = SniIndex.empty();

  private volatile ShownKeys fallback = new ShownKeys(List.of());

  /** What is shown to clients without a server name, or with one that nothing is live for. */
  public ShownKeys fallback() {
    return fallback;
  }

  /** Puts other keys in that place, for new handshakes; none of a type is a failed handshake. */
  public void fallback(ShownKeys own) {
    fallback = own;
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
