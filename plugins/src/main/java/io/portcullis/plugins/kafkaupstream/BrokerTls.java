package io.portcullis.plugins.kafkaupstream;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/** TLS towards brokers; made by Kafka's client, which is told the class. */
public final class BrokerTls implements SslEngineFactory {
  /** Whether a broker's certificate must be trusted and fit its name: a {@link Boolean}. */
  static final String VERIFY = "portcullis.tls.verify";

  /** What is shown to a broker that asks: a {@link ClientKeys}, or absent. */
  static final String KEYS = "portcullis.tls.keys";

  private @Nullable SSLContext context;
  private boolean verify = true;

  /** Called by Kafka's client. */
  public BrokerTls() {}

  @Override
  public void configure(Map<String, ?> settings) {
    verify = !Boolean.FALSE.equals(settings.get(VERIFY));
    KeyManager[] shown =
        settings.get(KEYS) instanceof ClientKeys keys ? new KeyManager[] {keys} : new KeyManager[0];
    try {
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(shown, verify ? null : new TrustManager[] {new AnyBroker()}, null);
      context = made;
    } catch (GeneralSecurityException broken) {
      throw new KafkaException("TLS: " + broken.getMessage(), broken);
    }
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    SSLContext made = context;
    if (made == null) {
      throw new IllegalStateException("not configured");
    }
    SSLEngine engine = made.createSSLEngine(peerHost, peerPort);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (verify) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new UnsupportedOperationException("the gateway is no broker");
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextSettings) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  @Override
  public void close() {}

  /** Believes everybody, for clusters whose certificates nobody vouches for. */
  private static final class AnyBroker extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
