package io.portcullis.proxy.tls;

/** The server names that new handshakes look into. Thread-safe. */
public final class LiveCertificates {
  private volatile SniIndex current = SniIndex.empty();

  /** To be read once per handshake. */
  public SniIndex current() {
    return current;
  }

  /** Publishes an index; handshakes and sessions under way keep what they have. */
  public void replace(SniIndex next) {
    current = next;
  }
}
