package io.portcullis.plugins;

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

/** A finished exchange. */
public record FakeLog(
    @Nullable Route route,
    @Nullable Service service,
    @Nullable Consumer consumer,
    int status,
    Response.Source source,
    long gatewayLatency,
    long upstreamLatency,
    long totalLatency)
    implements ExchangeLog {

  /** A GET that the upstream answered. */
  public static FakeLog answered(@Nullable Route route, @Nullable Service service, int status) {
    return new FakeLog(route, service, null, status, Response.Source.UPSTREAM, 1, 30, 31);
  }

  public FakeLog by(Consumer someone) {
    return new FakeLog(
        route, service, someone, status, source, gatewayLatency, upstreamLatency, totalLatency);
  }

  public FakeLog refused() {
    return new FakeLog(route, service, consumer, status, Response.Source.EXIT, 2, -1, 2);
  }

  @Override
  public Exchange exchange() {
    return new FakeExchange();
  }

  @Override
  public @Nullable Credential credential() {
    return null;
  }

  @Override
  public String requestId() {
    return "0123456789abcdef0123456789abcdef";
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String uri() {
    return "/t";
  }

  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public String host() {
    return "gw.test";
  }

  @Override
  public int port() {
    return 8000;
  }

  @Override
  public Headers requestHeaders() {
    return new Headers();
  }

  @Override
  public long requestSize() {
    return 70;
  }

  @Override
  public @Nullable Tls tls() {
    return null;
  }

  @Override
  public Headers responseHeaders() {
    return new Headers();
  }

  @Override
  public long responseSize() {
    return 300;
  }

  @Override
  public String upstreamUri() {
    return "/";
  }

  @Override
  public List<Integer> upstreamStatuses() {
    return List.of();
  }

  @Override
  public List<Try> tries() {
    return List.of();
  }

  @Override
  public String clientAddress() {
    return "127.0.0.1";
  }

  @Override
  public long startedAtMillis() {
    return 0;
  }

  @Override
  public long receiveLatency() {
    return 0;
  }

  @Override
  public boolean clientAborted() {
    return false;
  }
}
