package io.portcullis.app.node;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Role;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.proxy.server.ClientLimits;
import io.portcullis.proxy.server.GatewaySettings;
import io.portcullis.proxy.server.HeaderTokens;
import io.portcullis.proxy.server.Listen;
import io.portcullis.proxy.server.ProxySettings;
import io.portcullis.proxy.server.TrustedPeers;
import io.portcullis.proxy.tls.LiveCertificates;
import io.portcullis.proxy.tls.ServerTls;
import io.portcullis.proxy.tls.ShownKeys;
import io.portcullis.proxy.upstream.PoolLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this process as its proxy needs them.
 *
 * @param nameServers empty for the system's
 * @param pollInterval between two looks at the change log
 * @param certificates what clients of TLS listeners are shown by their server names
 */
record ProxyConfiguration(
    ProxySettings proxy,
    List<ListenAddress> listen,
    List<InetSocketAddress> nameServers,
    Duration pollInterval,
    LiveCertificates certificates) {
  private static final int DNS_PORT = 53;
  private static final int MOST_THREADS = 256;

  static ProxyConfiguration of(Settings settings, List<String> warnings)
      throws SettingsException, IOException {
    List<ListenAddress> listen = settings.listen(Setting.PROXY_LISTEN);
    List<Listen> addresses = new ArrayList<>();
    boolean secure = false;
    for (ListenAddress address : listen) {
      InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
      if (socket.isUnresolved()) {
        throw new SettingsException(
            "proxy_listen: '" + address.host() + "' is no address of this machine");
      }
      addresses.add(address.ssl() ? Listen.tls(socket) : Listen.cleartext(socket));
      secure |= address.ssl();
      if (address.proxyProtocol()) {
        warnings.add(
            "proxy_listen: proxy_protocol is not understood yet and is ignored on " + address);
      }
    }
    LiveCertificates certificates = new LiveCertificates();
    @Nullable SSLContext tls = secure ? tls(settings, certificates) : null;
    ProxySettings proxy =
        ProxySettings.of(addresses, tls)
            .withIoThreads(threads(settings))
            .withHttp2(settings.enabled(Setting.HTTP2))
            .withMaxConnections(maxConnections(settings))
            .withClient(clients(settings))
            .withPool(pool(settings))
            .withGateway(gateway(settings));
    double seconds = settings.number(Setting.DB_UPDATE_FREQUENCY, 0.05, 60);
    return new ProxyConfiguration(
        proxy,
        listen,
        nameServers(settings),
        Duration.ofMillis(Math.round(seconds * 1000)),
        certificates);
  }

  /** Reads every value without making or opening anything. */
  static void check(Settings settings, List<String> warnings)
      throws SettingsException, IOException {
    Role.of(settings);
    settings.listen(Setting.ADMIN_LISTEN);
    settings.listen(Setting.STATUS_LISTEN);
    AdminAccess.check(settings);
    settings.duration(Setting.SHUTDOWN_TIMEOUT);
    of(settings, warnings);
  }

  /** One line for each bound address. */
  List<String> describe(List<InetSocketAddress> bound) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      String kind = listen.get(i).ssl() ? "https   " : "http    ";
      lines.add(kind + bound.get(i).getAddress().getHostAddress() + ":" + bound.get(i).getPort());
    }
    return lines;
  }

  /** The context of TLS listeners: the configured certificate, or a self-signed one. */
  static SSLContext tls(Settings settings, LiveCertificates live)
      throws SettingsException, IOException {
    return tls(settings, live, null);
  }

  /** The same for listeners whose clients may have to show a certificate. */
  static SSLContext tls(Settings settings, LiveCertificates live, TrustManager @Nullable [] clients)
      throws SettingsException, IOException {
    try {
      return ServerTls.context(ownKeys(settings), live, clients);
    } catch (GeneralSecurityException e) {
      throw new SettingsException("ssl_cert: TLS cannot be used: " + OneLine.of(e));
    }
  }

  /** The keys of TLS listeners as they are in their files now. */
  static ShownKeys ownKeys(Settings settings) throws SettingsException, IOException {
    if (settings.optional(Setting.SSL_CERT).isPresent()
        != settings.optional(Setting.SSL_CERT_KEY).isPresent()) {
      throw new SettingsException("ssl_cert and ssl_cert_key belong together: set both or none");
    }
    if (settings.optional(Setting.SSL_CERT).isPresent()) {
      return CertificateFiles.read(
          Path.of(settings.text(Setting.SSL_CERT)), Path.of(settings.text(Setting.SSL_CERT_KEY)));
    }
    SelfSignedCertificate own = SelfSignedCertificate.in(settings.prefix().resolve("ssl"));
    return CertificateFiles.read(own.certificate(), own.key());
  }

  /** Connections of clients at once; 0 for any number. */
  static int maxConnections(Settings settings) throws SettingsException {
    return settings.integer(Setting.MAX_CONNECTIONS, 0, Integer.MAX_VALUE);
  }

  private static int threads(Settings settings) throws SettingsException {
    String text = settings.text(Setting.IO_THREADS);
    return text.equals("auto") ? 0 : settings.integer(Setting.IO_THREADS, 0, MOST_THREADS);
  }

  private static ClientLimits clients(Settings settings) throws SettingsException {
    ClientLimits usual = ClientLimits.DEFAULT;
    return new ClientLimits(
        usual.headSize(),
        settings.duration(Setting.CLIENT_HEADER_TIMEOUT),
        settings.duration(Setting.CLIENT_BODY_TIMEOUT),
        usual.bodyRate(),
        usual.sendTimeout(),
        settings.duration(Setting.KEEPALIVE_TIMEOUT),
        usual.lingerTimeout(),
        settings.size(Setting.WEBSOCKET_MAX_MESSAGE_SIZE));
  }

  private static PoolLimits pool(Settings settings) throws SettingsException {
    return new PoolLimits(
        settings.integer(Setting.UPSTREAM_KEEPALIVE_POOL_SIZE, 0, 1_000_000),
        settings.duration(Setting.UPSTREAM_KEEPALIVE_IDLE_TIMEOUT),
        settings.integer(Setting.UPSTREAM_KEEPALIVE_MAX_REQUESTS, 0, Integer.MAX_VALUE));
  }

  private static GatewaySettings gateway(Settings settings) throws SettingsException {
    GatewaySettings usual = GatewaySettings.DEFAULT;
    TrustedPeers trusted;
    try {
      trusted = TrustedPeers.of(settings.list(Setting.TRUSTED_IPS));
    } catch (IllegalArgumentException e) {
      throw new SettingsException("trusted_ips: " + e.getMessage());
    }
    return new GatewaySettings(
        usual.serverToken(),
        HeaderTokens.parse(settings.text(Setting.HEADERS)),
        usual.requestIdUpstream(),
        trusted,
        settings.text(Setting.REAL_IP_HEADER).toLowerCase(Locale.ROOT),
        settings.text(Setting.ERROR_DEFAULT_TYPE),
        settings.size(Setting.CLIENT_MAX_BODY_SIZE),
        usual.replayLimit(),
        settings.enabled(Setting.ALLOW_DEBUG_HEADER));
  }

  private static List<InetSocketAddress> nameServers(Settings settings) throws SettingsException {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String entry : settings.list(Setting.DNS_RESOLVER)) {
      int colon = entry.indexOf(':');
      boolean port = colon > 0 && colon == entry.lastIndexOf(':');
      try {
        servers.add(
            new InetSocketAddress(
                port ? entry.substring(0, colon) : entry,
                port ? Integer.parseInt(entry.substring(colon + 1)) : DNS_PORT));
      } catch (IllegalArgumentException e) {
        throw new SettingsException("dns_resolver: expected IP[:port], got '" + entry + "'");
      }
    }
    return servers;
  }
}
