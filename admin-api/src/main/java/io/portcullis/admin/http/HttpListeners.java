package io.portcullis.admin.http;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** Undertow with our listeners and limits; the Admin API and the status server are each one. */
final class HttpListeners {
  private static final int IO_THREADS = 1;
  private static final int READ_TIMEOUT_MILLIS = 60_000;
  private static final int IDLE_TIMEOUT_MILLIS = 75_000;
  private static final int MAX_HEAD = 32 * 1024;
  private static final int BUFFER = 16 * 1024;
  private static final int BUFFERS = 1000;

  /** Buffers kept for their thread would be lost with each request's virtual thread. */
  private static final int BUFFERS_PER_THREAD = 0;

  private final List<Undertow> servers = new ArrayList<>();
  private final List<GracefulShutdownHandler> handlers = new ArrayList<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Starts listening.
   *
   * @param handler makes the handler of a listener
   * @throws IllegalStateException when an address cannot be bound; nothing listens then
   */
  HttpListeners(
      List<Listener> listeners,
      BiFunction<Listener, ExecutorService, AdminExchangeHandler> handler) {
    try {
      for (Listener listener : listeners) {
        start(listener, handler.apply(listener, executor));
      }
    } catch (RuntimeException failed) {
      stop(Duration.ZERO);
      throw failed;
    }
  }

  private void start(Listener listener, AdminExchangeHandler handler) {
    GracefulShutdownHandler graceful =
        Handlers.gracefulShutdown(Handlers.httpContinueRead(handler));
    Undertow.Builder builder =
        Undertow.builder()
            .setIoThreads(IO_THREADS)
            .setWorkerThreads(1)
            .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER, BUFFERS, BUFFERS_PER_THREAD))
            .setServerOption(UndertowOptions.ENABLE_HTTP2, listener.tls() != null)
            .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.RECORD_REQUEST_START_TIME, true)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEAD)
            .setServerOption(UndertowOptions.MAX_PARAMETERS, Integer.MAX_VALUE)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, READ_TIMEOUT_MILLIS)
            .setSocketOption(Options.READ_TIMEOUT, READ_TIMEOUT_MILLIS)
            .setHandler(graceful);
    if (listener.tls() == null) {
      builder.addHttpListener(listener.port(), listener.host());
    } else {
      if (listener.clientCertificate()) {
        builder.setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUIRED);
      }
      builder.addHttpsListener(listener.port(), listener.host(), listener.tls());
    }
    Undertow server = builder.build();
    try {
      server.start();
    } catch (RuntimeException failure) {
      throw new IllegalStateException(
          "cannot listen on " + listener.host() + ":" + listener.port(), failure);
    }
    servers.add(server);
    handlers.add(graceful);
  }

  /** Where it listens, in the order of the configured listeners. */
  List<InetSocketAddress> addresses() {
    return servers.stream()
        .map(server -> (InetSocketAddress) server.getListenerInfo().getFirst().getAddress())
        .toList();
  }

  /** Refuses new calls, waits for those under way, then closes everything. */
  void stop(Duration grace) {
    handlers.forEach(GracefulShutdownHandler::shutdown);
    for (GracefulShutdownHandler handler : handlers) {
      try {
        handler.awaitShutdown(Math.max(1, grace.toMillis()));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    servers.forEach(Undertow::stop);
    executor.shutdownNow();
  }
}
