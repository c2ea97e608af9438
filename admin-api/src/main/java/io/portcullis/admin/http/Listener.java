package io.portcullis.admin.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on.
 *
 * @param host an address or a name that resolves to one
 * @param port 0 for any free port
 * @param tls null for clear text
 * @param clientCertificate whether clients must show a certificate that {@code tls} trusts
 */
public record Listener(String host, int port, @Nullable SSLContext tls, boolean clientCertificate) {

  /** A listener that asks for no certificate. */
  public Listener(String host, int port, @Nullable SSLContext tls) {
    this(host, port, tls, false);
  }

  /** A clear-text listener. */
  public static Listener plain(String host, int port) {
    return new Listener(host, port, null);
  }

  /** Whether only this machine reaches it; a name that does not resolve counts as reachable. */
  boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
