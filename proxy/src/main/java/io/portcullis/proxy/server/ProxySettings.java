package io.portcullis.proxy.server;

import io.portcullis.proxy.upstream.PoolLimits;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProxyServer} is made from.
 *
 * @param listen addresses; none for a node that only administers
 * @param tls certificates of the TLS listeners; may be null if there is none
 * @param trust for targets whose certificate is verified; null takes the JDK's
 * @param ioThreads 0 for one per processor
 * @param http2 whether clients may speak HTTP/2
 * @param maxConnections of clients at once; 0 for any number
 * @param client limits of clients
 * @param pool limits of connections to targets
 * @param answerHeadLimit octets of an upstream answer's head
 * @param gateway how requests are treated
 */
public record ProxySettings(
    List<Listen> listen,
    @Nullable SSLContext tls,
    @Nullable SSLContext trust,
    int ioThreads,
    boolean http2,
    int maxConnections,
    ClientLimits client,
    PoolLimits pool,
    int answerHeadLimit,
    GatewaySettings gateway) {
  /** Octets of an answer's head when nothing else is set. */
  public static final int ANSWER_HEAD_LIMIT = 64 * 1024;

  public ProxySettings {
    listen = List.copyOf(listen);
    if (tls == null && listen.stream().anyMatch(Listen::tls)) {
      throw new IllegalArgumentException("a TLS listener without a certificate");
    }
  }

  /** Defaults for everything but the addresses. */
  public static ProxySettings of(List<Listen> listen, @Nullable SSLContext tls) {
    return new ProxySettings(
        listen,
        tls,
        null,
        0,
        true,
        0,
        ClientLimits.DEFAULT,
        PoolLimits.DEFAULT,
        ANSWER_HEAD_LIMIT,
        GatewaySettings.DEFAULT);
  }

  public ProxySettings withIoThreads(int threads) {
    return new ProxySettings(
        listen, tls, trust, threads, http2, maxConnections, client, pool, answerHeadLimit, gateway);
  }

  public ProxySettings withHttp2(boolean spoken) {
    return new ProxySettings(
        listen,
        tls,
        trust,
        ioThreads,
        spoken,
        maxConnections,
        client,
        pool,
        answerHeadLimit,
        gateway);
  }

  public ProxySettings withMaxConnections(int connections) {
    return new ProxySettings(
        listen, tls, trust, ioThreads, http2, connections, client, pool, answerHeadLimit, gateway);
  }

  public ProxySettings withClient(ClientLimits limits) {
    return new ProxySettings(
        listen,
        tls,
        trust,
        ioThreads,
        http2,
        maxConnections,
        limits,
        pool,
        answerHeadLimit,
        gateway);
  }

  public ProxySettings withPool(PoolLimits limits) {
    return new ProxySettings(
        listen,
        tls,
        trust,
        ioThreads,
        http2,
        maxConnections,
        client,
        limits,
        answerHeadLimit,
        gateway);
  }

  public ProxySettings withGateway(GatewaySettings settings) {
    return new ProxySettings(
        listen,
        tls,
        trust,
        ioThreads,
        http2,
        maxConnections,
        client,
        pool,
        answerHeadLimit,
        settings);
  }

  /** For targets whose certificate is verified. */
  public SSLContext trusted() throws NoSuchAlgorithmException {
    return trust == null ? SSLContext.getDefault() : trust;
  }

  public ProxySettings withTrust(SSLContext trusted) {
    return new ProxySettings(
        listen,
        tls,
        trusted,
        ioThreads,
        http2,
        maxConnections,
        client,
        pool,
        answerHeadLimit,
        gateway);
  }
}
