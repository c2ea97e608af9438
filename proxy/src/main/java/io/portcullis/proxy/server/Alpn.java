package io.portcullis.proxy.server;

import io.portcullis.proxy.tls.ServerTls;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Which protocol a TLS connection will speak (RFC 7301). A client that offers only others gets the
 * alert {@code no_application_protocol}; one that offers nothing speaks HTTP/1.1.
 */
final class Alpn {
  static final String HTTP_2 = "h2";
  private static final String HTTP_1 = "http/1.1";

  private Alpn() {}

  /** Offers the protocols of a listener on a handshake that is to come. */
  static void offer(SSLEngine engine, boolean http2) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(
        http2 ? new String[] {HTTP_2, HTTP_1} : new String[] {HTTP_1});
    ServerTls.tellNamesApart(parameters);
    engine.setSSLParameters(parameters);
  }
}
