package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange of which only that is there what a target may be chosen by. */
final class AskingExchange implements Exchange, Request {
  private final Map<ExchangeKey<?>, Object> state = new HashMap<>();
  private final Headers headers = new Headers();
  private final Map<String, List<String>> arguments = new HashMap<>();
  private final Map<String, String> captures = new HashMap<>();
  private @Nullable Consumer consumer;
  private @Nullable Credential credential;
  private String address = "127.0.0.1";
  private String path = "/";

  AskingExchange from(String clientAddress) {
    address = clientAddress;
    return this;
  }

  AskingExchange path(String asked) {
    path = asked;
    return this;
  }

  AskingExchange header(String name, String value) {
    headers.add(name, value);
    return this;
  }

  AskingExchange argument(String name, String... values) {
    arguments.put(name, List.of(values));
    return this;
  }

  AskingExchange capture(String name, String value) {
    captures.put(name, value);
    return this;
  }

  @Override
  public Request request() {
    return this;
  }

  @Override
  public void authenticate(@Nullable Consumer who, @Nullable Credential proof) {
    consumer = who;
    credential = proof;
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
  public String clientAddress() {
    return address;
  }

  @Override
  @SuppressWarnings("unchecked") // put takes only values of the key's type
  public <T> @Nullable T get(ExchangeKey<T> key) {
    return (T) state.get(key);
  }

  @Override
  public <T> void put(ExchangeKey<T> key, @Nullable T value) {
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, value);
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public List<String> queryValues(String name) {
    return arguments.getOrDefault(name, List.of());
  }

  @Override
  public boolean hasBareQueryArgument(String name) {
    return arguments.containsKey(name) && arguments.get(name).isEmpty();
  }

  @Override
  public Map<String, String> captures() {
    return captures;
  }

  // Nothing else is asked for.

  private static UnsupportedOperationException unasked() {
    return new UnsupportedOperationException();
  }

  @Override
  public String id() {
    throw unasked();
  }

  @Override
  public Response response() {
    throw unasked();
  }

  @Override
  public @Nullable Route route() {
    throw unasked();
  }

  @Override
  public @Nullable Service service() {
    throw unasked();
  }

  @Override
  public long startedAtMillis() {
    throw unasked();
  }

  @Override
  public String method() {
    throw unasked();
  }

  @Override
  public void setMethod(String method) {
    throw unasked();
  }

  @Override
  public String scheme() {
    throw unasked();
  }

  @Override
  public String httpVersion() {
    throw unasked();
  }

  @Override
  public String host() {
    throw unasked();
  }

  @Override
  public int port() {
    throw unasked();
  }

  @Override
  public String forwardedScheme() {
    throw unasked();
  }

  @Override
  public String rawTarget() {
    throw unasked();
  }

  @Override
  public String rawPath() {
    throw unasked();
  }

  @Override
  public @Nullable String rawQuery() {
    throw unasked();
  }

  @Override
  public void setRawQuery(@Nullable String query) {
    throw unasked();
  }

  @Override
  public void setUpstreamPath(@Nullable String changed) {
    throw unasked();
  }

  @Override
  public byte @Nullable [] body() {
    throw unasked();
  }

  @Override
  public void setBody(byte[] body) {
    throw unasked();
  }

  @Override
  public int listenerPort() {
    throw unasked();
  }
}
