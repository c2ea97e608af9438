package io.portcullis.proxy.server;

import io.portcullis.core.plugin.ExchangeLog;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/**
 * What a finished handshake tells.
 *
 * @param serverName that the client asked for; null when it named none
 */
record TlsFacts(ExchangeLog.@Nullable Tls tls, @Nullable String serverName) {
  static TlsFacts of(StreamConnection connection) {
    if (!(connection instanceof SslConnection secure)) {
      return new TlsFacts(null, null);
    }
    SSLSession session = secure.getSslSession();
    String name = null;
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName requested : extended.getRequestedServerNames()) {
        if (requested instanceof SNIHostName host) {
          name = host.getAsciiName();
        }
      }
    }
    return new TlsFacts(new ExchangeLog.Tls(session.getProtocol(), session.getCipherSuite()), name);
  }
}
