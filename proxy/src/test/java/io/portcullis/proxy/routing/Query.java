package io.portcullis.proxy.routing;

import io.portcullis.core.plugin.Headers;
import org.jspecify.annotations.Nullable;

/** A request as tests say it. */
public record Query(
    String method,
    String host,
    int port,
    String path,
    Headers headers,
    @Nullable String sni,
    boolean secure)
    implements RouteQuery {

  public static Query get(String path) {
    return new Query("GET", "gw.test", 8000, path, new Headers(), null, false);
  }

  public Query withMethod(String value) {
    return new Query(value, host, port, path, headers, sni, secure);
  }

  public Query at(String value) {
    return new Query(method, value, port, path, headers, sni, secure);
  }

  public Query atPort(int value) {
    return new Query(method, host, value, path, headers, sni, secure);
  }

  public Query with(String header, String value) {
    return new Query(method, host, port, path, headers.copy().add(header, value), sni, secure);
  }

  public Query overTls(@Nullable String value) {
    return new Query(method, host, port, path, headers, value, true);
  }
}
