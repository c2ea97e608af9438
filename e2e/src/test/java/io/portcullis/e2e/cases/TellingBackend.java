package io.portcullis.e2e.cases;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A backend that tells what it was asked ({@code /told/}), and has a list, a person in XML, places
 * that have moved, keys, and a place that never answers. Whoever does not say for whom he asks is
 * refused.
 */
final class TellingBackend implements AutoCloseable {
  /** Secret of the key {@code second}. */
  static final byte[] SECRET =
      "a secret of the tests, long enough".getBytes(StandardCharsets.US_ASCII);

  private static final String PERSON =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <person kind="author">
        <name>Ada</name>
        <links>
          <first>https://one.test</first>
          <second>https://two.test</second>
        </links>
      </person>
      """;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);

  TellingBackend() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/keys")) {
        send(exchange, 200, "application/json", keys());
      } else if (!"127.0.0.1".equals(exchange.getRequestHeaders().getFirst("X-Forwarded-For"))) {
        send(exchange, 400, "text/plain", "for whom?");
      } else if (path.equals("/told")) {
        moved(exchange, 301, "/told/");
      } else if (path.startsWith("/told/")) {
        exchange.getResponseHeaders().add("Set-Cookie", "one=1");
        exchange.getResponseHeaders().add("Set-Cookie", "two=2");
        send(exchange, 200, "application/json", told(exchange, body));
      } else if (path.startsWith("/list/")) {
        send(exchange, 200, "application/json", list(path));
      } else if (path.equals("/person")) {
        send(exchange, 200, "application/xml; charset=utf-8", PERSON);
      } else if (path.equals("/moved/")) {
        String query = exchange.getRequestURI().getRawQuery();
        int status = Integer.parseInt(query.substring("status=".length()));
        moved(exchange, status, "/told/?" + query);
      } else if (path.equals("/never/")) {
        closed.await();
      } else {
        send(exchange, 404, "text/plain; charset=utf-8", "nothing here\n");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void moved(HttpExchange exchange, int status, String where) throws IOException {
    exchange.getResponseHeaders().add("Location", where);
    exchange.sendResponseHeaders(status, -1);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, octets.length);
    exchange.getResponseBody().write(octets);
  }

  private static String told(HttpExchange exchange, byte[] body) {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              boolean framing =
                  name.equalsIgnoreCase("Host")
                      || name.equalsIgnoreCase("Connection")
                      || name.equalsIgnoreCase("Transfer-Encoding")
                      || name.equalsIgnoreCase("Content-Length") && body.length > 0;
              if (!framing && !name.equalsIgnoreCase("X-Forwarded-For")) {
                headers.put(canonical(name), values);
              }
            });
    Map<String, Object> told = new TreeMap<>();
    told.put("answer", 42);
    told.put("path", exchange.getRequestURI().getPath());
    told.put("headers", headers);
    Map<String, List<String>> query = query(exchange.getRequestURI().getRawQuery());
    told.put("query", query);
    if (query.containsKey("body")) {
      told.put("body", new String(body, StandardCharsets.UTF_8));
    }
    return JsonMapper.shared().writeValueAsString(told);
  }

  private static Map<String, List<String>> query(String raw) {
    Map<String, List<String>> query = new TreeMap<>();
    if (raw != null) {
      for (String argument : raw.split("&")) {
        String[] pair = argument.split("=", 2);
        query
            .computeIfAbsent(decoded(pair[0]), _ -> new ArrayList<>())
            .add(pair.length < 2 ? "" : decoded(pair[1]));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** {@code X-One-Two}, however it was spelt. */
  private static String canonical(String name) {
    StringBuilder canonical = new StringBuilder();
    boolean start = true;
    for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
      canonical.append(start ? Character.toUpperCase(c) : c);
      start = c == '-';
    }
    return canonical.toString();
  }

  private static String list(String path) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      list.add(Map.of("path", path, "n", i));
    }
    return JsonMapper.shared().writeValueAsString(list);
  }

  private static String keys() {
    String secret = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET);
    return "{\"keys\":[{\"kty\":\"oct\",\"alg\":\"A128KW\",\"k\":\"c29tZXRoaW5nIGVsc2U\",\"kid\":\"first\"},"
               + "{\"kty\":\"oct\",\"alg\":\"HS256\",\"kid\":\"second\",\"k\":\""
        + secret
        + "\"}]}";
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
