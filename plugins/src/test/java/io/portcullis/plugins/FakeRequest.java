package io.portcullis.plugins;

import io.portcullis.core.plugin.Connection;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request made of a method, a target and headers. */
public final class FakeRequest implements Request {
  private final Headers headers = new Headers();
  private String method = "GET";
  private String scheme = "http";
  private @Nullable String forwardedScheme;
  private String path = "/";
  private @Nullable String query;
  private byte @Nullable [] body;

  public FakeRequest target(String target) {
    int question = target.indexOf('?');
    path = question < 0 ? target : target.substring(0, question);
    query = question < 0 ? null : target.substring(question + 1);
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public void setMethod(String method) {
    this.method = method;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  public FakeRequest scheme(String other) {
    scheme = other;
    return this;
  }

  /** As if a trusted proxy had said so. */
  public FakeRequest forwardedScheme(String told) {
    forwardedScheme = told;
    return this;
  }

  @Override
  public String httpVersion() {
    return "1.1";
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
  public String forwardedScheme() {
    return forwardedScheme == null ? scheme : forwardedScheme;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String rawTarget() {
    return query == null ? path : path + "?" + query;
  }

  @Override
  public String rawPath() {
    return path;
  }

  @Override
  public @Nullable String rawQuery() {
    return query;
  }

  @Override
  public void setRawQuery(@Nullable String query) {
    this.query = query;
  }

  @Override
  public List<String> queryValues(String name) {
    List<String> values = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && pair.substring(0, equals).equals(name)) {
        values.add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  @Override
  public boolean hasBareQueryArgument(String name) {
    return query != null && List.of(query.split("&")).contains(name);
  }

  @Override
  public void setUpstreamPath(@Nullable String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Map<String, String> captures() {
    return Map.of("1", "first", "name", "named");
  }

  @Override
  public byte @Nullable [] body() {
    return body;
  }

  @Override
  public void setBody(byte[] body) {
    this.body = body;
  }

  @Override
  public int listenerPort() {
    return 8000;
  }

  @Override
  public long contentLength() {
    String length = headers.get("content-length");
    return length == null ? -1 : Long.parseLong(length);
  }

  /** The third request of the seventh connection. */
  @Override
  public Connection connection() {
    return new Connection("10.0.0.9", 8000, 7, 3);
  }
}
