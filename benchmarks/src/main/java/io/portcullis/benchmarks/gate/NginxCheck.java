package io.portcullis.benchmarks.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Processor time of a request through the gateway as a multiple of nginx's {@code proxy_pass},
 * measured by turns in one run. A machine has its moods: only when no series of several is within
 * the bound has the check failed.
 */
final class NginxCheck implements Gate.Check {
  private static final int CONNECTIONS = 64;
  private static final int SERIES = 5;
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String PLUGINS =
      """
          plugins:
          - name: jwt
          - {name: ip-restriction, config: {allow: ["127.0.0.0/8"]}}
          - {name: rate-limiting, config: {second: 1000000, policy: local}}
      """;

  private final Path checkout;
  private final Figures figures;

  NginxCheck(Path checkout, Figures figures) {
    this.checkout = checkout;
    this.figures = figures;
  }

  @Override
  public List<Outcome> run() throws IOException, InterruptedException {
    Path nginx = Server.find("nginx");
    if (nginx == null) {
      return List.of(new Outcome.Skipped("nginx", "there is no nginx on this machine"));
    }
    Path folder = Files.createTempDirectory("gate");
    int target = Server.freePort();
    int peer = Server.freePort();
    try (Server backend = nginx(nginx, folder, "backend", backend(target), target);
        Server proxy = nginx(nginx, folder, "peer", peer(peer, target), peer);
        Gateway plain = Gateway.start(checkout, folder, configuration(target, ""));
        Gateway guarded = Gateway.start(checkout, folder, configuration(target, PLUGINS))) {
      assert backend != null;
      Load base = new Load(Server.loopback(peer), request(null), CONNECTIONS);
      base.run(ROUND);
      return List.of(
          compare("nginx.plain", base, proxy, plain),
          compare("nginx.plugins", base, proxy, guarded));
    }
  }

  private Outcome compare(String figure, Load base, Server proxy, Gateway gateway)
      throws IOException {
    Load load = new Load(Server.loopback(gateway.port()), request(token()), CONNECTIONS);
    load.run(WARM_UP);
    double best = Double.MAX_VALUE;
    String detail = "";
    for (int series = 0; series < SERIES && best > figures.limit(figure); series++) {
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double reference = microseconds(base, proxy);
        ratios[round] = microseconds(load, gateway.server()) / reference;
        detail = String.format(Locale.ROOT, "nginx %.1f us a request in the last round", reference);
      }
      Arrays.sort(ratios);
      best = Math.min(best, ratios[ROUNDS / 2]);
    }
    return Outcome.atMost(
        figure,
        best,
        figures.limit(figure),
        String.format(
            Locale.ROOT, "%.2f x nginx (stored %.2f), %s", best, figures.stored(figure), detail));
  }

  /** Processor time of the server for each request. */
  private static double microseconds(Load load, Server server) throws IOException {
    Duration before = server.processorTime();
    Load.Result result = load.run(ROUND);
    Duration spent = server.processorTime().minus(before);
    if (result.failures() > 0 || result.answers() == 0) {
      throw new IOException("not every request was answered with 200: " + result);
    }
    return spent.toNanos() / 1e3 / result.answers();
  }

  private static Server nginx(Path nginx, Path folder, String name, String text, int port)
      throws IOException, InterruptedException {
    Path prefix = Files.createDirectory(folder.resolve(name));
    Path file = Files.writeString(prefix.resolve("nginx.conf"), text);
    return Server.start(
        List.of(
            nginx.toString(),
            "-p",
            prefix.toString(),
            "-c",
            file.toString(),
            "-e",
            prefix.resolve("error.log").toString()),
        Map.of(),
        prefix,
        prefix.resolve("output.log"),
        port);
  }

  private static String backend(int port) {
    return common(1)
        + """
          server {
            listen 127.0.0.1:%d backlog=4096;
            default_type application/json;
            location / { return 200 '%s'; }
          }
        }
        """
            .formatted(port, "{\"text\":\"" + "x".repeat(180) + "\"}");
  }

  private static String peer(int port, int target) {
    return common(2)
        + """
          upstream target { server 127.0.0.1:%d; keepalive 256; }
          server {
            listen 127.0.0.1:%d reuseport backlog=4096;
            location / {
              proxy_pass http://target;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
              proxy_set_header X-Real-IP $remote_addr;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Proto $scheme;
            }
          }
        }
        """
            .formatted(target, port);
  }

  private static String common(int workers) {
    return """
    worker_processes %d;
    daemon off;
    pid nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_timeout 600s;
      keepalive_requests 100000000;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
    """
        .formatted(workers);
  }

  private static String configuration(int target, String plugins) {
    return """
    _format_version: "3.0"
    consumers:
    - username: load
      jwt_secrets:
      - {key: load, algorithm: HS256, secret: "%s"}
    services:
    - name: backend
      url: http://127.0.0.1:%d
      routes:
      - name: all
        paths: ["/"]
        strip_path: false
    %s\
    """
        .formatted(SECRET, target, plugins);
  }

  private static String request(@Nullable String token) {
    List<String> lines = new ArrayList<>();
    lines.add("GET /bench HTTP/1.1");
    lines.add("Host: gateway.test");
    if (token != null) {
      lines.add("Authorization: Bearer " + token);
    }
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String token() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        base64.encodeToString(
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + '.'
            + base64.encodeToString("{\"iss\":\"load\"}".getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed
          + '.'
          + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
