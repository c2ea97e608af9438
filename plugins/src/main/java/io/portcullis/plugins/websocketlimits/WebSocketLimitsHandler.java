package io.portcullis.plugins.websocketlimits;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.WebSocketTerms;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leaves terms for the WebSocket that may come of a request. */
final class WebSocketLimitsHandler implements PluginHandler {
  private static final String PROTOCOLS = "sec-websocket-protocol";
  private static final double MILLIS = 1000;

  private final WebSocketTerms terms;
  private final @Nullable Set<String> subprotocols;

  WebSocketLimitsHandler(WebSocketLimitsConfig config) {
    this.terms =
        new WebSocketTerms(
            config.maxMessageSize(), millis(config.pingPeriod()), millis(config.pongWait()));
    List<String> listed = config.subprotocols();
    this.subprotocols = listed == null ? null : Set.copyOf(listed);
  }

  private static long millis(double seconds) {
    return (long) Math.ceil(seconds * MILLIS);
  }

  @Override
  public Reply access(Exchange exchange) {
    Headers headers = exchange.request().headers();
    if (headers.hasToken("upgrade", "websocket")) {
      exchange.put(WebSocketTerms.KEY, terms);
      if (subprotocols != null && headers.get(PROTOCOLS) != null) {
        choose(headers, subprotocols);
      }
    }
    return Reply.NEXT;
  }

  /** Keeps what is listed, in the client's order of preference. */
  private static void choose(Headers headers, Set<String> listed) {
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < headers.size(); i++) {
      if (headers.nameIs(i, PROTOCOLS)) {
        keep(headers.value(i), listed, kept);
      }
    }
    if (kept.isEmpty()) {
      headers.remove(PROTOCOLS);
    } else {
      headers.set(PROTOCOLS, kept.toString());
    }
  }

  private static void keep(String line, Set<String> listed, StringBuilder kept) {
    int from = 0;
    while (from <= line.length()) {
      int comma = line.indexOf(',', from);
      int end = comma < 0 ? line.length() : comma;
      String protocol = line.substring(from, end).strip();
      if (listed.contains(protocol)) {
        kept.append(kept.isEmpty() ? "" : ", ").append(protocol);
      }
      from = end + 1;
    }
  }
}
