package io.portcullis.plugins.correlationid;

import io.portcullis.core.log.LogEntry;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import org.jspecify.annotations.Nullable;

/** Keeps the identifier that a request came with, or gives it one. */
final class CorrelationIdHandler implements PluginHandler {
  private final String header;
  private final IdentifierSource identifiers;
  private final boolean echoes;

  /**
   * @param header its name in lower case
   */
  CorrelationIdHandler(String header, IdentifierSource identifiers, boolean echoes) {
    this.header = header;
    this.identifiers = identifiers;
    this.echoes = echoes;
  }

  @Override
  public Reply access(Exchange exchange) {
    String sent = sent(exchange);
    String id = sent == null ? identifiers.next(exchange) : sent;
    if (sent == null) {
      exchange.request().headers().set(header, id);
    }
    exchange.put(LogEntry.CORRELATION_ID, id);
    return Reply.NEXT;
  }

  /** Also for answers before any {@code access}: an error page for which no route was found. */
  @Override
  public void headerFilter(Exchange exchange) {
    if (!echoes) {
      return;
    }
    String id = exchange.get(LogEntry.CORRELATION_ID);
    if (id == null) {
      id = sent(exchange);
    }
    if (id == null) {
      id = identifiers.next(exchange);
    }
    exchange.put(LogEntry.CORRELATION_ID, id);
    exchange.response().headers().set(header, id);
  }

  private @Nullable String sent(Exchange exchange) {
    String value = exchange.request().headers().get(header);
    return value == null || value.isEmpty() ? null : value;
  }
}
