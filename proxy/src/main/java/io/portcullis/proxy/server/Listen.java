package io.portcullis.proxy.server;

import java.net.InetSocketAddress;

/**
 * An address that clients connect to.
 *
 * @param address port 0 lets the system choose
 * @param tls whether clients speak TLS here
 * @param backlog of connections that wait to be taken
 */
public record Listen(InetSocketAddress address, boolean tls, int backlog) {
  private static final int DEFAULT_BACKLOG = 16_384;

  public static Listen cleartext(InetSocketAddress address) {
    return new Listen(address, false, DEFAULT_BACKLOG);
  }

  public static Listen tls(InetSocketAddress address) {
    return new Listen(address, true, DEFAULT_BACKLOG);
  }
}
