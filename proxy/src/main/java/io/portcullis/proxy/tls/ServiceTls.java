package io.portcullis.proxy.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the targets of a service are shown and by what they are believed, when the service has
 * wishes of its own. Two are equal when connections of the one may serve requests of the other.
 */
public final class ServiceTls {
  private final Wishes wishes;
  private final SSLContext context;

  /**
   * A service's wishes.
   *
   * @param shown to targets that ask for a certificate; null for nothing
   * @param verify whether a target's certificate must be trusted and fit its name
   * @param authorities who is trusted; empty for those of the JDK
   * @param depth certificates between the target's own and a trusted one at most; null for the
   *     JDK's bound
   */
  public record Wishes(
      @Nullable ShownKeys shown,
      boolean verify,
      Set<X509Certificate> authorities,
      @Nullable Integer depth) {
    public Wishes {
      authorities = Set.copyOf(authorities);
    }
  }

  private ServiceTls(Wishes wishes, SSLContext context) {
    this.wishes = wishes;
    this.context = context;
  }

  /** Takes a millisecond or more, so not for an I/O thread. */
  public static ServiceTls of(Wishes wishes) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    ShownKeys shown = wishes.shown();
    context.init(
        shown == null ? new KeyManager[0] : new KeyManager[] {new OneClient(shown)},
        wishes.verify() ? trusted(wishes) : AnyCertificate.only(),
        null);
    return new ServiceTls(wishes, context);
  }

  private static TrustManager[] trusted(Wishes wishes) throws GeneralSecurityException {
    X509ExtendedTrustManager believing = trusting(wishes.authorities());
    Integer depth = wishes.depth();
    return new TrustManager[] {depth == null ? believing : new BoundedTrust(believing, depth)};
  }

  /**
   * @param authorities empty for those of the JDK
   */
  private static X509ExtendedTrustManager trusting(Set<X509Certificate> authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    if (authorities.isEmpty()) {
      factory.init((KeyStore) null);
    } else {
      Set<TrustAnchor> anchors = new HashSet<>();
      authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      factory.init(new CertPathTrustManagerParameters(parameters));
    }
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("the JDK has no trust manager for X.509");
  }

  /** What it was made from. */
  public Wishes wishes() {
    return wishes;
  }

  public SSLContext context() {
    return context;
  }

  /** Whether the target's name is checked too. */
  public boolean verifies() {
    return wishes.verify();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServiceTls that && wishes.equals(that.wishes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(wishes.verify(), wishes.depth(), wishes.authorities().size());
  }

  /** Shows what it has to every target that asks. */
  private static final class OneClient extends HandshakeKeys {
    private final ShownKeys keys;

    OneClient(ShownKeys keys) {
      this.keys = keys;
    }

    @Override
    ShownKeys shown(SSLEngine engine) {
      return keys;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
      for (String keyType : keyTypes) {
        String alias = choose(engine, keyType);
        if (alias != null) {
          return alias;
        }
      }
      return null;
    }
  }
}
