package io.portcullis.app.demo;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Echoes requests, echoes WebSocket messages or hands them to everybody in a room, and sends stock
 * prices as server-sent events.
 */
public final class DemoUpstream implements AutoCloseable {
  private static final int MAX_BODY = 1 << 20;

  private final Undertow server;
  private final ScheduledExecutorService clock;

  private DemoUpstream(Undertow server, ScheduledExecutorService clock) {
    this.server = server;
    this.clock = clock;
  }

  /**
   * Starts one.
   *
   * @param port 0 for any that is free
   * @throws RuntimeException if the port cannot be had; the cause says why
   */
  public static DemoUpstream start(String host, int port) {
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    HttpHandler echo = new EchoRequest(MAX_BODY);
    HttpHandler events = new StockEvents(clock).handler();
    HttpHandler sockets = Handlers.websocket(new ChatRooms(), echo);
    HttpHandler root =
        exchange -> {
          String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
          boolean wantsEvents = accept != null && accept.contains("text/event-stream");
          (wantsEvents ? events : sockets).handleRequest(exchange);
        };
    Undertow server = Undertow.builder().addHttpListener(port, host, root).build();
    server.start();
    return new DemoUpstream(server, clock);
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    server.stop();
  }
}
