package io.portcullis.proxy.upstream;

import java.net.InetSocketAddress;

/**
 * Where a connection goes and how it is secured; connections to equal addresses serve each other's
 * requests.
 *
 * @param address resolved
 * @param security see {@link Security}
 * @param serverName for the handshake; empty in cleartext
 */
public record TargetAddress(InetSocketAddress address, Security security, String serverName) {
  /** How a connection is secured. */
  public enum Security {
    CLEARTEXT,
    /** TLS with any certificate. */
    TLS_UNVERIFIED,
    /** TLS; the certificate must be trusted and fit the server name. */
    TLS_VERIFIED
  }

  /** An address that is spoken to in clear text. */
  public static TargetAddress cleartext(InetSocketAddress address) {
    return new TargetAddress(address, Security.CLEARTEXT, "");
  }

  public boolean isSecure() {
    return security != Security.CLEARTEXT;
  }
}
