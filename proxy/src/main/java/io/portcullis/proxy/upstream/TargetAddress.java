package io.portcullis.proxy.upstream;

import io.portcullis.proxy.tls.ServiceTls;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes and how it is secured; connections to equal addresses serve each other's
 * requests.
 *
 * @param address resolved
 * @param security see {@link Security}
 * @param serverName for the handshake; empty in cleartext
 * @param tls what the service wants of it; null for what this node does anyway
 * @param protocol what is spoken there
 */
public record TargetAddress(
    InetSocketAddress address,
    Security security,
    String serverName,
    @Nullable ServiceTls tls,
    Protocol protocol) {
  /** What is spoken on a connection. */
  public enum Protocol {
    HTTP_1_1,
    /** By prior knowledge in cleartext, by ALPN over TLS. */
    HTTP_2
  }

  /** How a connection is secured. */
  public enum Security {
    CLEARTEXT,
    /** TLS with any certificate. */
    TLS_UNVERIFIED,
    /** TLS; the certificate must be trusted and fit the server name. */
    TLS_VERIFIED
  }

  /** An address where HTTP/1.1 is spoken. */
  public TargetAddress(InetSocketAddress address, Security security, String serverName) {
    this(address, security, serverName, null, Protocol.HTTP_1_1);
  }

  /** An address that is spoken to in clear text. */
  public static TargetAddress cleartext(InetSocketAddress address, Protocol protocol) {
    return new TargetAddress(address, Security.CLEARTEXT, "", null, protocol);
  }

  public boolean isSecure() {
    return security != Security.CLEARTEXT;
  }
}
