package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReloadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RELOADS = 10;

  @TempDir private Path folder;

  @Test
  void reloads_under_load_lose_no_request_and_take_over_what_has_changed() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = fileGateway(upstream, Map.of());
        Traffic traffic = new Traffic(gateway.proxyPort(), "/a")) {
      traffic.start();
      for (int i = 0; i < RELOADS; i++) {
        traffic.awaitMore();
        String path = "/added-" + i;
        declare(upstream, path);
        gateway.configure(Map.of("log_level", i % 2 == 0 ? "debug" : "warn"));
        gateway.signal("HUP");
        await().atMost(PATIENCE).until(() -> proxied(gateway, path).status() == 200);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> AdminCall.get(gateway, "/debug/node/log-level").text().contains(": warn"));
      traffic.awaitMore();
      assertThat(traffic.failures()).isEmpty();
    }
  }

  @Test
  void a_reload_that_is_refused_changes_nothing() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = fileGateway(upstream, Map.of("log_level", "warn"))) {
      Files.writeString(folder.resolve("kong.yaml"), "services: 5\n");
      gateway.configure(Map.of("log_level", "debug"));
      gateway.signal("HUP");
      awaitLogged("reload refused");
      assertThat(proxied(gateway, "/a").status()).isEqualTo(200);
      assertThat(AdminCall.get(gateway, "/debug/node/log-level").text()).contains(": warn");
    }
  }

  @Test
  void a_reload_names_what_needs_a_restart() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = fileGateway(upstream, Map.of())) {
      gateway.configure(Map.of("keepalive_timeout", "5s"));
      gateway.signal("HUP");
      awaitLogged("reload: keepalive_timeout has changed, which needs a restart");
    }
  }

  @Test
  void a_reload_takes_a_renewed_certificate_over_and_refuses_one_without_its_key()
      throws Exception {
    Path pems = Repository.root().resolve("admin-api/src/test/resources/certificates");
    Path certificate = folder.resolve("own.pem");
    Path key = folder.resolve("own.key");
    Files.copy(pems.resolve("rsa.pem"), certificate);
    Files.copy(pems.resolve("rsa.key"), key);
    Map<String, String> files =
        Map.of("ssl_cert", certificate.toString(), "ssl_cert_key", key.toString());
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = fileGateway(upstream, files);
        WireConnection before = tls(gateway)) {
      assertThat(before.exchange(WireRequest.get("/a", "a.test")).status()).isEqualTo(200);
      assertThat(keyType(gateway)).isEqualTo("RSA");
      replace(pems.resolve("ec.pem"), certificate);
      gateway.signal("HUP");
      awaitLogged("is not the key of");
      assertThat(keyType(gateway)).isEqualTo("RSA");
      replace(pems.resolve("ec.key"), key);
      gateway.signal("HUP");
      await().atMost(PATIENCE).until(() -> keyType(gateway).equals("EC"));
      assertThat(before.exchange(WireRequest.get("/a", "a.test")).status()).isEqualTo(200);
    }
  }

  private static void replace(Path from, Path to) throws Exception {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static WireConnection tls(GatewayProcess gateway) throws Exception {
    return WireConnection.openTls(gateway.proxyTlsPort(), null, AdminCall.TIMEOUT);
  }

  private static String keyType(GatewayProcess gateway) throws Exception {
    try (WireConnection connection = tls(gateway)) {
      return connection.peerCertificate().getPublicKey().getAlgorithm();
    }
  }

  @Test
  void a_stop_answers_what_is_under_way_and_takes_no_more() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = fileGateway(upstream, Map.of("shutdown_timeout", "60s"));
        ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<WireAnswer> slow = client.submit(() -> proxied(gateway, "/a?up=delay=3"));
      await()
          .atMost(PATIENCE)
          .until(() -> status(gateway, "/status").text().contains("\"connections_writing\":1"));
      gateway.signal("TERM");
      await().atMost(PATIENCE).until(() -> status(gateway, "/status/ready").status() == 503);
      assertThat(status(gateway, "/status/ready").text()).contains("draining");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> proxied(gateway, "/a"))
                      .isInstanceOf(ConnectException.class));
      assertThat(slow.isDone()).isFalse();
      assertThat(slow.get().status()).isEqualTo(200);
      assertThat(slow.get().header("connection")).containsExactly("close");
      assertThat(gateway.awaitEnd()).isZero();
    }
  }

  private GatewayProcess fileGateway(TestUpstream upstream, Map<String, String> settings)
      throws Exception {
    declare(upstream, "/none");
    Map<String, String> all = new HashMap<>(settings);
    all.put("database", "off");
    all.put("declarative_config", folder.resolve("kong.yaml").toString());
    return GatewayProcess.start(folder, all);
  }

  private void declare(TestUpstream upstream, String path) throws Exception {
    Path draft = folder.resolve("kong.yaml.draft");
    Files.writeString(
        draft,
        """
        _format_version: "3.0"
        services:
        - name: echo
          url: http://127.0.0.1:%d
          routes:
          - name: always
            paths: [/a]
          - name: changing
            paths: [%s]
        """
            .formatted(upstream.port(), path));
    Files.move(draft, folder.resolve("kong.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void awaitLogged(String text) {
    await()
        .atMost(PATIENCE)
        .until(() -> Files.readString(folder.resolve("prefix/logs/error.log")).contains(text));
  }

  private static WireAnswer proxied(GatewayProcess gateway, String path) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "a.test"));
    }
  }

  private static WireAnswer status(GatewayProcess gateway, String path) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.statusPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "127.0.0.1"));
    }
  }
}
