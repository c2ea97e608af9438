package io.portcullis.proxy.tls;

import java.security.GeneralSecurityException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 towards clients: each handshake is shown what is live for its server name. Cipher
 * suites and their order are the JDK's, the server's order wins. Sessions are resumed for an hour
 * by clients that ask for the same name; a resumed one shows no certificate.
 */
public final class ServerTls {
  /**
   * The JDK takes a ticket only if the certificate is still the one that would be shown, and asks
   * for that before it has read the server name: with certificates by name it refuses every ticket.
   * Sessions that the server remembers have no such rule.
   */
  private static final String TICKETS = "jdk.tls.server.enableSessionTicketExtension";

  private static final Duration SESSIONS = Duration.ofHours(1);
  private static final int MOST_SESSIONS = 20_000;

  private ServerTls() {}

  /**
   * A context for listeners.
   *
   * @param own becomes what {@code live} falls back to
   */
  public static SSLContext context(ShownKeys own, LiveCertificates live)
      throws GeneralSecurityException {
    return context(own, live, null);
  }

  /**
   * A context for listeners that may ask for the certificates of clients.
   *
   * @param own becomes what {@code live} falls back to
   * @param clients decides which certificates of clients are good; null for the JDK's choice
   */
  public static SSLContext context(
      ShownKeys own, LiveCertificates live, TrustManager @Nullable [] clients)
      throws GeneralSecurityException {
    live.fallback(own);
    if (System.getProperty(TICKETS) == null) {
      System.setProperty(TICKETS, "false");
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new BySni(live)}, clients, null);
    SSLSessionContext sessions = context.getServerSessionContext();
    sessions.setSessionTimeout((int) SESSIONS.toSeconds());
    sessions.setSessionCacheSize(MOST_SESSIONS);
    return context;
  }

  /**
   * Makes the server name part of a session: RFC 6066, section 3, forbids to resume it for another
   * name, and the JDK only sees to that where names are matched.
   */
  public static void tellNamesApart(SSLParameters parameters) {
    parameters.setSNIMatchers(List.of(new AnyName()));
  }

  private static final class AnyName extends SNIMatcher {
    AnyName() {
      super(StandardConstants.SNI_HOST_NAME);
    }

    @Override
    public boolean matches(SNIServerName name) {
      return true;
    }
  }

  private static final class BySni extends HandshakeKeys {
    private final LiveCertificates live;

    BySni(LiveCertificates live) {
      this.live = live;
    }

    @Override
    ShownKeys shown(SSLEngine engine) {
      ShownKeys found = live.current().find(serverName(engine.getHandshakeSession()));
      return found == null ? live.fallback() : found;
    }

    private static @Nullable String serverName(@Nullable SSLSession session) {
      if (session instanceof ExtendedSSLSession extended) {
        for (SNIServerName requested : extended.getRequestedServerNames()) {
          if (requested instanceof SNIHostName host) {
            return host.getAsciiName();
          }
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return choose(engine, keyType);
    }
  }
}
