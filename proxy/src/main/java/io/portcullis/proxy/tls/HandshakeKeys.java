package io.portcullis.proxy.tls;

import io.portcullis.core.tls.CertifiedKey;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A key manager that decides anew in each handshake. JSSE asks for an alias and then, on the same
 * thread, for what it stands for; keys may change in between, so the thread keeps its choice.
 */
abstract class HandshakeKeys extends X509ExtendedKeyManager {
  @SuppressWarnings("ThreadLocalUsage") // one for each manager: each has choices of its own
  private final ThreadLocal<@Nullable CertifiedKey> chosen = new ThreadLocal<>();

  /** What the handshake of {@code engine} may show. */
  abstract ShownKeys shown(SSLEngine engine);

  /** Keeps the key of {@code algorithm} for the calls to come; the algorithm is its alias. */
  final @Nullable String choose(SSLEngine engine, String algorithm) {
    CertifiedKey key = shown(engine).ofType(algorithm);
    chosen.set(key);
    return key == null ? null : algorithm;
  }

  private @Nullable CertifiedKey kept(String alias) {
    CertifiedKey key = chosen.get();
    return key != null && key.algorithm().equals(alias) ? key : null;
  }

  @Override
  public final X509Certificate @Nullable [] getCertificateChain(String alias) {
    CertifiedKey key = kept(alias);
    return key == null ? null : key.chain().certificates().toArray(X509Certificate[]::new);
  }

  @Override
  public final @Nullable PrivateKey getPrivateKey(String alias) {
    CertifiedKey key = kept(alias);
    return key == null ? null : key.key();
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return null;
  }

  // Sockets are not used here, only engines.

  @Override
  public final String @Nullable [] getClientAliases(
      String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public final @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public final String @Nullable [] getServerAliases(
      String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public final @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
