package io.portcullis.e2e.upstream;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback whose answers a test writes down per path; others are 404. */
public final class ScriptedServer implements AutoCloseable {
  /**
   * What arrived.
   *
   * @param target path and query, raw
   */
  public record Received(String method, String target, Headers headers, byte[] body) {}

  private record Answer(int status, byte[] body, String[] headers, boolean held) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);

  private ScriptedServer(HttpServer server) {
    this.server = server;
  }

  public static ScriptedServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
      ScriptedServer scripted = new ScriptedServer(server);
      server.setExecutor(scripted.threads);
      server.createContext("/", scripted::answer);
      server.start();
      return scripted;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** 200 with JSON; single quotes are double ones. */
  public ScriptedServer json(String path, String body) {
    return answers(path, 200, body.replace('\'', '"'), "Content-Type", "application/json");
  }

  /**
   * @param headers names and values in turn
   */
  public ScriptedServer answers(String path, int status, String body, String... headers) {
    return answers(path, status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** The same with octets. */
  public ScriptedServer answers(String path, int status, byte[] body, String... headers) {
    answers.put(path, new Answer(status, body, headers, false));
    return this;
  }

  /** No answer until the server is closed. */
  public ScriptedServer holds(String path) {
    answers.put(path, new Answer(200, new byte[0], new String[0], true));
    return this;
  }

  /** All requests so far, in order. */
  public List<Received> received() {
    return received;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      received.add(
          new Received(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body));
      Answer answer =
          answers.getOrDefault(
              exchange.getRequestURI().getRawPath(),
              new Answer(404, "not here".getBytes(StandardCharsets.UTF_8), new String[0], false));
      if (answer.held()) {
        release.await();
      }
      for (int i = 0; i < answer.headers().length; i += 2) {
        exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
      }
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      if (answer.body().length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
