package io.portcullis.app.demo;

import io.undertow.Handlers;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of {@code stock-update} events: one at once, then one a second. A client that tells the
 * last event it saw goes on with the next.
 */
final class StockEvents {
  private static final String[] SYMBOLS = {"AAPL", "GOOGL"};
  private static final int SWING = 500;

  private final ServerSentEventHandler handler = Handlers.serverSentEvents(this::connected);
  private final ScheduledExecutorService clock;

  StockEvents(ScheduledExecutorService clock) {
    this.clock = clock;
  }

  ServerSentEventHandler handler() {
    return handler;
  }

  private void connected(ServerSentEventConnection connection, @Nullable String lastEvent) {
    send(connection, lastEvent != null && lastEvent.matches("\\d{1,9}") ? next(lastEvent) : 1);
  }

  private static int next(String lastEvent) {
    return Integer.parseInt(lastEvent) + 1;
  }

  private void send(ServerSentEventConnection connection, int event) {
    if (!connection.isOpen()) {
      return;
    }
    int cents = (event * 37) % SWING;
    String data =
        String.format(
            Locale.ROOT,
            "{\"symbol\":\"%s\",\"price\":%.2f,\"change\":%.2f}",
            SYMBOLS[event % SYMBOLS.length],
            (18_000 + cents) / 100.0,
            (cents - SWING / 2) / 100.0);
    connection.send(data, "stock-update", Integer.toString(event), null);
    clock.schedule(() -> send(connection, event + 1), 1, TimeUnit.SECONDS);
  }
}
