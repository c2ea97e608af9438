package io.portcullis.plugins.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.plugins.FakeGateway;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Key sets of a host that no authority of the system vouches for. */
@TestInstance(Lifecycle.PER_CLASS)
class PeerTrustTest {
  private static final String SET = KeySets.set(KeySets.secret("k", new byte[] {1, 2, 3}));
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String OTHER_PIN = Base64.getUrlEncoder().encodeToString(new byte[32]);

  private final FakeGateway gateway = new FakeGateway();

  private Path folder;
  private HttpsServer server;
  private Path authority;
  private String pin;

  @BeforeAll
  void serve(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Path store = folder.resolve("idp.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "idp",
                "-keyalg",
                "EC",
                "-dname",
                "CN=idp",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stored = Files.newInputStream(store)) {
      keys.load(stored, PASSWORD);
    }
    Certificate certificate = keys.getCertificate("idp");
    authority =
        Files.writeString(
            folder.resolve("ca.pem"),
            "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    pin =
        Base64.getUrlEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded()));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/keys",
        exchange -> {
          byte[] body = SET.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  void stop() {
    server.stop(0);
    gateway.close();
  }

  @Test
  void an_authority_of_a_file_vouches() {
    assertThat(key(false, authority, List.of())).isNotNull();
  }

  @Test
  void one_of_several_pins_has_to_fit_beside_the_authority() {
    assertThat(key(false, authority, List.of(OTHER_PIN, pin))).isNotNull();
    assertThat(key(false, authority, List.of(OTHER_PIN))).isNull();
  }

  @Test
  void a_pin_alone_stands_in_for_no_authority() {
    assertThat(key(false, null, List.of(pin))).isNull();
  }

  @Test
  void pins_count_for_a_peer_that_nobody_has_to_vouch_for() {
    assertThat(key(true, null, List.of(pin))).isNotNull();
    assertThat(key(true, null, List.of(OTHER_PIN))).isNull();
  }

  @Test
  void without_the_file_there_are_no_keys() {
    assertThat(key(false, folder.resolve("none.pem"), List.of())).isNull();
  }

  @Test
  void a_pin_that_is_no_digest_is_refused() {
    assertThat(refusal("'jwk_fingerprints':['abc']"))
        .isEqualTo("jwk_fingerprints: expected a SHA-256 digest in base64, got 'abc'");
    assertThat(refusal("'jwk_fingerprints':['" + OTHER_PIN + "']")).isNull();
    assertThat(refusal("'jwk_fingerprints':['" + OTHER_PIN.replace("=", "") + "']")).isNull();
  }

  private static @Nullable String refusal(String member) {
    return KeyLocation.refusal(JsonMapper.shared().readTree("{" + member.replace('\'', '"') + "}"));
  }

  private @Nullable JsonWebKey key(boolean insecure, @Nullable Path ca, List<String> pins) {
    PluginContext context = gateway;
    KeyLocation location =
        new KeyLocation(
            "https://127.0.0.1:" + server.getAddress().getPort() + "/keys",
            null,
            insecure,
            ca == null ? null : ca.toString(),
            pins,
            "kid");
    return location.open(900, null, context).find("k").join();
  }
}
