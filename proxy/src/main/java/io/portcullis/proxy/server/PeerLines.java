package io.portcullis.proxy.server;

import io.portcullis.proxy.wire.ClientConnection;
import io.portcullis.proxy.wire.FixedLine;

/** What targets are told about a client, encoded once for its connection. */
final class PeerLines {
  final boolean trusted;
  final String address;
  final String scheme;
  final FixedLine forwardedFor;
  final FixedLine realIp;
  final FixedLine proto;
  final FixedLine port;

  /** Requests that came over the connection so far. */
  private long requests;

  private String authority = "";
  private HostName hostName = HostName.of("");

  private PeerLines(boolean trusted, String address, String scheme, int port) {
    this.trusted = trusted;
    this.address = address;
    this.scheme = scheme;
    this.forwardedFor = FixedLine.of("X-Forwarded-For", address);
    this.realIp = FixedLine.of("X-Real-IP", address);
    this.proto = FixedLine.of("X-Forwarded-Proto", scheme);
    this.port = FixedLine.of("X-Forwarded-Port", Integer.toString(port));
  }

  static PeerLines of(ClientConnection connection, TrustedPeers trusted) {
    if (connection.attachment() instanceof PeerLines known) {
      return known;
    }
    PeerLines lines =
        new PeerLines(
            trusted.contains(connection.peer()),
            connection.peerText(),
            connection.isSecure() ? "https" : "http",
            connection.port());
    connection.attach(lines);
    return lines;
  }

  /** Another request has come; says how many that makes. */
  long nextRequest() {
    return ++requests;
  }

  /** The parts of an authority; clients mostly repeat theirs. */
  HostName hostName(String sent) {
    if (!sent.equals(authority)) {
      hostName = HostName.of(sent);
      authority = sent;
    }
    return hostName;
  }

  /**
   * An authority taken apart.
   *
   * @param host in lower case, without port
   * @param port 0 when there is none
   * @param forwarded {@code X-Forwarded-Host}
   * @param line {@code Host} as the client sent it
   */
  record HostName(String host, int port, FixedLine forwarded, FixedLine line) {
    private static final int MAX_PORT_DIGITS = 5;

    static HostName of(String authority) {
      int colon = authority.lastIndexOf(':');
      // A colon inside brackets belongs to an address.
      boolean hasPort = colon > authority.lastIndexOf(']');
      String host =
          (hasPort ? authority.substring(0, colon) : authority).toLowerCase(java.util.Locale.ROOT);
      int port = hasPort ? port(authority, colon + 1) : 0;
      return new HostName(
          host, port, FixedLine.of("X-Forwarded-Host", host), FixedLine.of("Host", authority));
    }

    private static int port(String authority, int from) {
      int port = 0;
      if (authority.length() - from > MAX_PORT_DIGITS) {
        return 0;
      }
      for (int i = from; i < authority.length(); i++) {
        int digit = authority.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return 0;
        }
        port = port * 10 + digit;
      }
      return port;
    }
  }
}
