package io.portcullis.plugins.kafkaupstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.testkit.KafkaBroker;
import io.portcullis.proxy.testkit.TestCertificate;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that wants TLS, and a password or a certificate. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredBrokerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String USER = "alice";
  private static final String PASSWORD = "s3cret\\ \"quoted\"";
  private static final String LOGIN = "org.apache.kafka.common.security.";

  private final TestCertificate ownCertificate = TestCertificate.ecdsa("localhost");
  private final TestCertificate clientCertificate = TestCertificate.rsa("gateway");
  private final int passwordPort = KafkaBroker.freePort();
  private final int certificatePort = KafkaBroker.freePort();
  private final FakeGateway gateway = new FakeGateway();
  private final List<PluginHandler> started = new java.util.ArrayList<>();
  private Path folder = Path.of(".");
  private KafkaBroker broker;

  @BeforeAll
  void startBroker(@TempDir Path given) throws Exception {
    folder = given;
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:${port},PASSWORD://127.0.0.1:"
            + passwordPort
            + ",CERTIFICATE://127.0.0.1:"
            + certificatePort
            + ",CONTROLLER://127.0.0.1:${controller}");
    settings.put(
        "advertised.listeners",
        "PLAINTEXT://127.0.0.1:${port},PASSWORD://localhost:"
            + passwordPort
            + ",CERTIFICATE://localhost:"
            + certificatePort);
    settings.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PASSWORD:SASL_SSL,CERTIFICATE:SSL");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.certificate.chain", ownCertificate.pem());
    settings.put("ssl.keystore.key", ownCertificate.keyPem());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.certificates", clientCertificate.pem());
    settings.put("listener.name.certificate.ssl.client.auth", "required");
    settings.put(
        "listener.name.password.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
    settings.put(
        "listener.name.password.plain.sasl.jaas.config",
        LOGIN + "plain.PlainLoginModule required user_alice=\"s3cret\\\\ \\\"quoted\\\"\";");
    for (String mechanism : List.of("scram-sha-256", "scram-sha-512")) {
      settings.put(
          "listener.name.password." + mechanism + ".sasl.jaas.config",
          LOGIN + "scram.ScramLoginModule required;");
    }
    broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")), settings);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
      for (ScramMechanism mechanism :
          List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
        admin.alterUserScramCredentials(List.of(scram(mechanism))).all().get();
      }
    }
  }

  private static UserScramCredentialAlteration scram(ScramMechanism mechanism) {
    return new UserScramCredentialUpsertion(
        USER, new ScramCredentialInfo(mechanism, 4096), PASSWORD);
  }

  @AfterEach
  void stopHandlers() {
    started.forEach(PluginHandler::close);
    started.clear();
  }

  @AfterAll
  void stop() throws Exception {
    gateway.close();
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
  void logs_in_over_tls(String mechanism) {
    String topic = "t-" + UUID.randomUUID();
    PluginHandler handler =
        start(topic, passwordPort, "'ssl':true,'ssl_verify':false", login(mechanism, PASSWORD));

    assertThat(status(handler)).isEqualTo(200);
    assertThat(broker.records(topic)).containsExactly("x");
  }

  @Test
  void a_wrong_password_is_502() {
    PluginHandler handler =
        start("t", passwordPort, "'ssl':true,'ssl_verify':false", login("PLAIN", "wrong"));

    assertThat(status(handler)).isEqualTo(502);
  }

  @Test
  void a_certificate_that_nobody_trusts_is_502() {
    PluginHandler handler = start("t", passwordPort, "'ssl':true", login("PLAIN", PASSWORD));

    assertThat(status(handler)).isEqualTo(502);
  }

  @Test
  void a_certificate_that_the_jvm_trusts_is_enough() throws Exception {
    Path store = folder.resolve("trusted.p12");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("broker", ownCertificate.certificate());
    try (OutputStream out = Files.newOutputStream(store)) {
      trusted.store(out, "password".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "password");
    try {
      PluginHandler handler = start("t", passwordPort, "'ssl':true", login("PLAIN", PASSWORD));
      assertThat(status(handler)).isEqualTo(200);
    } finally {
      System.clearProperty("javax.net.ssl.trustStore");
      System.clearProperty("javax.net.ssl.trustStorePassword");
    }
  }

  @Test
  void shows_a_stored_certificate_to_a_broker_that_asks() {
    UUID id = UUID.randomUUID();
    String security = "'ssl':true,'ssl_verify':false,'certificate_id':'" + id + "'";
    assertThat(status(start("t", certificatePort, security, ""))).isIn(502, 503);

    gateway.certificate(id, clientCertificate.certified());
    assertThat(status(start("t", certificatePort, security, ""))).isEqualTo(200);
  }

  private static String login(String mechanism, String password) {
    return ",'authentication':{'strategy':'sasl','mechanism':'"
        + mechanism
        + "','user':'"
        + USER
        + "','password':'"
        + password.replace("\\", "\\\\").replace("\"", "\\\"")
        + "'}";
  }

  private PluginHandler start(String topic, int port, String security, String more) {
    PluginHandler handler =
        gateway.start(
            new KafkaUpstreamPlugin(),
            "{'bootstrap_servers':[{'host':'localhost','port':"
                + port
                + "}],'topic':'"
                + topic
                + "','timeout':5000,'security':{"
                + security
                + "}"
                + more
                + "}");
    started.add(handler);
    return handler;
  }

  private static int status(PluginHandler handler) {
    FakeExchange exchange =
        FakeExchange.get("/").method("POST").header("content-type", "text/plain");
    exchange.request().setBody("x".getBytes(UTF_8));
    CompletableFuture<Reply> answer =
        ((Reply.Later) handler.access(exchange)).reply().toCompletableFuture();
    await().atMost(PATIENCE).until(answer::isDone);
    return ((Reply.Exit) answer.join()).status();
  }
}
