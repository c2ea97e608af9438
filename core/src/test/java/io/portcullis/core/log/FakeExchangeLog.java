package io.portcullis.core.log;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A finished exchange with whatever the test sets; a proxied GET of {@code /t} by default. */
final class FakeExchangeLog implements ExchangeLog {
  @Nullable Route route;
  @Nullable Service service;
  @Nullable Consumer consumer;
  @Nullable Credential credential;
  String uri = "/t";
  @Nullable Tls tls;
  int status = 200;
  final Headers requestHeaders = new Headers();
  final Headers responseHeaders = new Headers();
  List<Integer> upstreamStatuses = List.of(200);
  List<Try> tries = List.of();
  Response.Source source = Response.Source.UPSTREAM;
  String upstreamUri = "/";
  long upstreamLatency = 3;
  @Nullable String correlationId;

  @Override
  public Exchange exchange() {
    Request request = fake(Request.class, "headers", key -> requestHeaders);
    return fake(
        Exchange.class,
        "request",
        key -> key == null ? request : key == LogEntry.CORRELATION_ID ? correlationId : null);
  }

  @Override
  public @Nullable Route route() {
    return route;
  }

  @Override
  public @Nullable Service service() {
    return service;
  }

  @Override
  public @Nullable Consumer consumer() {
    return consumer;
  }

  @Override
  public @Nullable Credential credential() {
    return credential;
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
    return uri;
  }

  @Override
  public String scheme() {
    return tls == null ? "http" : "https";
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
    return requestHeaders;
  }

  @Override
  public long requestSize() {
    return 71;
  }

  @Override
  public @Nullable Tls tls() {
    return tls;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public Headers responseHeaders() {
    return responseHeaders;
  }

  @Override
  public long responseSize() {
    return 345;
  }

  @Override
  public String upstreamUri() {
    return upstreamUri;
  }

  @Override
  public List<Integer> upstreamStatuses() {
    return upstreamStatuses;
  }

  @Override
  public List<Try> tries() {
    return tries;
  }

  @Override
  public Response.Source source() {
    return source;
  }

  @Override
  public String clientAddress() {
    return "127.0.0.1";
  }

  @Override
  public long startedAtMillis() {
    return 1_700_000_000_250L;
  }

  @Override
  public long gatewayLatency() {
    return 1;
  }

  @Override
  public long upstreamLatency() {
    return upstreamLatency;
  }

  @Override
  public long totalLatency() {
    return 5;
  }

  @Override
  public long receiveLatency() {
    return 0;
  }

  @Override
  public boolean clientAborted() {
    return false;
  }

  /**
   * An object of which only one method without arguments may be called, and {@code get}.
   *
   * @param answer to null for that method, to the key for {@code get}
   */
  private static <T> T fake(
      Class<T> type, String method, Function<@Nullable Object, @Nullable Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return answer.apply(null);
              }
              if (called.getName().equals("get")) {
                return answer.apply(arguments[0]);
              }
              throw new UnsupportedOperationException(called.toString());
            }));
  }
}
