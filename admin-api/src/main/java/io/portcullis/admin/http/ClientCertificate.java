package io.portcullis.admin.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.RenegotiationRequiredException;
import io.undertow.server.SSLSessionInfo;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The certificate that a client has shown and that was found to be trusted. */
final class ClientCertificate {
  private ClientCertificate() {}

  /** Its subject, {@code CN=alice,O=Example}; empty when none was asked for. */
  static Optional<String> subject(HttpServerExchange exchange) {
    SSLSessionInfo session = exchange.getConnection().getSslSessionInfo();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate.getSubjectX500Principal().getName())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException | RenegotiationRequiredException none) {
      return Optional.empty();
    }
  }
}
