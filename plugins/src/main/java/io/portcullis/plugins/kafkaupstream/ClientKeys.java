package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.tls.CertifiedKey;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows brokers the gateway's certificate as it is at the time of the handshake, so that a renewed
 * one needs no new producer. JSSE asks for an alias and then, on the same thread, for what it
 * stands for; the thread keeps its choice in between.
 */
final class ClientKeys extends X509ExtendedKeyManager {
  @SuppressWarnings("ThreadLocalUsage") // one for each manager: each has choices of its own
  private final ThreadLocal<@Nullable CertifiedKey> chosen = new ThreadLocal<>();

  private final Supplier<List<CertifiedKey>> keys;

  /**
   * @param keys asked in each handshake
   */
  ClientKeys(Supplier<List<CertifiedKey>> keys) {
    this.keys = keys;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    chosen.remove();
    List<CertifiedKey> present = keys.get();
    for (String type : keyTypes) {
      for (CertifiedKey key : present) {
        if (key.algorithm().equals(type)) {
          chosen.set(key);
          return type;
        }
      }
    }
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    CertifiedKey key = chosen.get();
    return key == null ? null : key.chain().certificates().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    CertifiedKey key = chosen.get();
    return key == null ? null : key.key();
  }

  // Kafka's client uses engines, and is never a server.

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
