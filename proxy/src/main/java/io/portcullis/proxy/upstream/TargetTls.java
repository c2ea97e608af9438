package io.portcullis.proxy.upstream;

import io.portcullis.proxy.tls.AnyCertificate;
import io.portcullis.proxy.tls.ServiceTls;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.ssl.SslConnection;

/** TLS towards targets. Thread-safe. */
public final class TargetTls {
  private final UndertowXnioSsl verified;
  private final UndertowXnioSsl unverified;

  /**
   * @param trusted for targets whose certificate is verified
   * @param buffers for records
   */
  public TargetTls(Xnio xnio, SSLContext trusted, ByteBufferPool buffers)
      throws GeneralSecurityException {
    SSLContext any = SSLContext.getInstance("TLS");
    any.init(null, AnyCertificate.only(), new SecureRandom());
    this.verified = new UndertowXnioSsl(xnio, OptionMap.EMPTY, buffers, trusted);
    this.unverified = new UndertowXnioSsl(xnio, OptionMap.EMPTY, buffers, any);
  }

  SslConnection wrap(StreamConnection connection, TargetAddress target) {
    boolean verify = target.security() == TargetAddress.Security.TLS_VERIFIED;
    UndertowXnioSsl ssl = verify ? verified : unverified;
    SslConnection secure = ssl.wrapExistingConnection(connection, OptionMap.EMPTY, true);
    ServiceTls own = target.tls();
    SSLContext context = own == null ? ssl.getSslContext() : own.context();
    SSLEngine engine = context.createSSLEngine(target.serverName(), target.address().getPort());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (isHostName(target.serverName())) {
      parameters.setServerNames(List.of(new SNIHostName(target.serverName())));
    }
    if (verify) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (target.protocol() == TargetAddress.Protocol.HTTP_2) {
      parameters.setApplicationProtocols(new String[] {"h2"});
    }
    engine.setSSLParameters(parameters);
    UndertowXnioSsl.getSslConduit(secure).setSslEngine(engine);
    return secure;
  }

  /** RFC 6066, section 3: a literal address is no server name. */
  private static boolean isHostName(String name) {
    if (name.isEmpty() || name.indexOf(':') >= 0 || name.endsWith(".")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return true;
      }
    }
    return false;
  }
}
