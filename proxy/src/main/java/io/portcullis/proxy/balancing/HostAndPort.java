package io.portcullis.proxy.balancing;

/** Host and port written as one. */
public final class HostAndPort {
  private HostAndPort() {}

  /** {@code host:port}, with an IPv6 address in brackets. */
  public static String text(String host, int port) {
    return host.indexOf(':') < 0 ? host + ':' + port : '[' + host + "]:" + port;
  }
}
