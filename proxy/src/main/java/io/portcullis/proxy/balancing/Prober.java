package io.portcullis.proxy.balancing;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Asks an address whether it is well. */
@FunctionalInterface
interface Prober {
  /** Asks, and waits for the answer: not for an I/O thread. */
  Outcome probe(Question question);

  /**
   * What is asked of one address.
   *
   * @param path asked for over HTTP, escaped
   * @param host value of {@code Host}
   * @param headers whole lines, without Host
   * @param serverName for the handshake of TLS, and for who must be behind the certificate
   * @param verify whether the certificate must be trusted and fit the server name
   * @param timeout of everything together
   */
  record Question(
      InetSocketAddress address,
      Kind kind,
      String path,
      String host,
      List<String> headers,
      String serverName,
      boolean verify,
      Duration timeout) {}

  /** How deep a probe looks. */
  enum Kind {
    /** Whether a connection comes about. */
    TCP(false, false),
    /** And a handshake succeeds. */
    TLS(true, false),
    /** What status is answered. */
    HTTP(false, true),
    HTTPS(true, true);

    private final boolean secure;
    private final boolean asks;

    Kind(boolean secure, boolean asks) {
      this.secure = secure;
      this.asks = asks;
    }

    boolean isSecure() {
      return secure;
    }

    /** Whether a request is sent. */
    boolean asks() {
      return asks;
    }
  }

  /** What came of it. */
  sealed interface Outcome {
    /**
     * An answer over HTTP.
     *
     * @param status 0 for something that is no HTTP
     */
    record Answered(int status) implements Outcome {}

    /** A connection, where nothing more was asked. */
    record Connected() implements Outcome {}

    record TimedOut() implements Outcome {}

    /** No connection, or it broke. */
    record Broken(String problem) implements Outcome {}
  }
}
