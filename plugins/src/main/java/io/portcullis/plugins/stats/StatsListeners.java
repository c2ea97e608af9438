package io.portcullis.plugins.stats;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of this node that answer {@code /__stats}, by address. A configuration that
 * replaces another finds its listener open. Thread-safe.
 */
final class StatsListeners {
  private static final System.Logger LOG = System.getLogger(StatsListeners.class.getName());
  private static final int BACKLOG = 16;

  private final Map<String, Listener> open = new HashMap<>();

  private static final class Listener {
    final @Nullable HttpServer server;
    final ExecutorService threads;
    int users;

    Listener(@Nullable HttpServer server, ExecutorService threads) {
      this.server = server;
      this.threads = threads;
    }
  }

  /** Opens a listener, or one user more has it; an address that is taken is a log line. */
  synchronized void acquire(String address, GatewayStats stats) {
    open.computeIfAbsent(address, any -> listen(address, stats)).users++;
  }

  /** Closes the listener when nobody else has it. */
  synchronized void release(String address) {
    Listener listener = open.get(address);
    if (listener != null && --listener.users == 0) {
      open.remove(address);
      if (listener.server != null) {
        listener.server.stop(0);
      }
      listener.threads.shutdownNow();
    }
  }

  private static Listener listen(String address, GatewayStats stats) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    try {
      HttpServer server =
          HttpServer.create(
              colon == 0
                  ? new InetSocketAddress(port)
                  : new InetSocketAddress(address.substring(0, colon), port),
              BACKLOG);
      server.createContext("/__stats", exchange -> answer(exchange, stats));
      server.setExecutor(threads);
      server.start();
      return new Listener(server, threads);
    } catch (IOException | IllegalArgumentException failure) {
      LOG.log(
          System.Logger.Level.ERROR,
          "stats: cannot listen on " + address + ": " + failure.getMessage());
      return new Listener(null, threads);
    }
  }

  private static void answer(HttpExchange exchange, GatewayStats stats) throws IOException {
    try (exchange) {
      byte[] page = stats.latest().json();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, page.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(page);
      }
    }
  }
}
