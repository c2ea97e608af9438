package io.portcullis.proxy.server;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is left of an exchange for the log. Valid until its stream is released. */
final class FinishedExchange implements ExchangeLog {
  private final GatewayExchange exchange;
  private final @Nullable Forward forward;
  private final int status;
  private final boolean aborted;
  private final long endNanos;
  private final long received;
  private final long sent;

  FinishedExchange(
      GatewayExchange exchange, @Nullable Forward forward, int status, boolean aborted) {
    this.exchange = exchange;
    this.forward = forward;
    this.status = status;
    this.aborted = aborted;
    this.endNanos = exchange.loop.touch();
    this.received = exchange.stream.received();
    this.sent = exchange.stream.sent();
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public @Nullable Route route() {
    return exchange.route();
  }

  @Override
  public @Nullable Service service() {
    return exchange.service();
  }

  @Override
  public @Nullable Consumer consumer() {
    return exchange.consumer();
  }

  @Override
  public @Nullable Credential credential() {
    return exchange.credential();
  }

  @Override
  public String requestId() {
    return exchange.id();
  }

  @Override
  public String method() {
    return exchange.stream.method();
  }

  @Override
  public String uri() {
    return exchange.request.rawTarget();
  }

  @Override
  public String scheme() {
    return exchange.request.scheme();
  }

  @Override
  public String host() {
    return exchange.request.host();
  }

  @Override
  public int port() {
    return exchange.request.listenerPort();
  }

  @Override
  public Headers requestHeaders() {
    Headers headers = exchange.request.headers();
    return headers.isChanged() ? exchange.stream.receivedHeaders() : headers;
  }

  @Override
  public long requestSize() {
    return received;
  }

  @Override
  public @Nullable Tls tls() {
    return exchange.stream.connection().tls();
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public Headers responseHeaders() {
    return exchange.response.headers();
  }

  @Override
  public long responseSize() {
    return sent;
  }

  @Override
  public String upstreamUri() {
    if (forward != null) {
      return forward.upstreamUri();
    }
    return exchange.route() == null ? "" : "/";
  }

  @Override
  public List<Integer> upstreamStatuses() {
    return forward == null ? List.of() : forward.statuses();
  }

  @Override
  public List<Try> tries() {
    return forward == null ? List.of() : forward.tries();
  }

  @Override
  public Response.Source source() {
    return exchange.response.source();
  }

  @Override
  public String clientAddress() {
    return exchange.clientAddress();
  }

  @Override
  public long startedAtMillis() {
    return exchange.startedAtMillis();
  }

  @Override
  public long gatewayLatency() {
    return forward != null && forward.wasCalled() ? forward.gatewayLatency() : totalLatency();
  }

  @Override
  public long upstreamLatency() {
    return forward == null ? -1 : forward.upstreamLatency();
  }

  @Override
  public long totalLatency() {
    return Milliseconds.since(exchange.startedNanos, endNanos);
  }

  @Override
  public long receiveLatency() {
    return forward == null || forward.headNanos() == 0
        ? 0
        : Milliseconds.since(forward.headNanos(), endNanos);
  }

  @Override
  public boolean clientAborted() {
    return aborted;
  }
}
