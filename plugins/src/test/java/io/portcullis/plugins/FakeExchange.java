package io.portcullis.plugins;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange without a connection: what a handler sees of it and does to it. */
public final class FakeExchange implements Exchange {
  private final FakeRequest request = new FakeRequest();
  private final FakeResponse response = new FakeResponse();
  private final Map<ExchangeKey<?>, Object> values = new IdentityHashMap<>();
  private String clientAddress = "127.0.0.1";
  private @Nullable Route route;
  private @Nullable Service service;
  private @Nullable Consumer consumer;
  private @Nullable Credential credential;

  public static FakeExchange get(String target) {
    FakeExchange exchange = new FakeExchange();
    exchange.request.target(target);
    return exchange;
  }

  public FakeExchange header(String name, String value) {
    request.headers().add(name, value);
    return this;
  }

  public FakeExchange body(String contentType, String text) {
    header("content-type", contentType);
    request.setBody(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public FakeExchange method(String method) {
    request.setMethod(method);
    return this;
  }

  public FakeExchange from(String address) {
    clientAddress = address;
    return this;
  }

  public FakeExchange on(@Nullable Route matched, @Nullable Service matchedService) {
    route = matched;
    service = matchedService;
    return this;
  }

  @Override
  public String id() {
    return "0123456789abcdef0123456789abcdef";
  }

  @Override
  public FakeRequest request() {
    return request;
  }

  @Override
  public FakeResponse response() {
    return response;
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
  public void authenticate(@Nullable Consumer newConsumer, @Nullable Credential newCredential) {
    consumer = newConsumer;
    credential = newCredential;
  }

  @Override
  public String clientAddress() {
    return clientAddress;
  }

  @Override
  public long startedAtMillis() {
    return 0;
  }

  @Override
  @SuppressWarnings("unchecked") // put checked it
  public <T> @Nullable T get(ExchangeKey<T> key) {
    return (T) values.get(key);
  }

  @Override
  public <T> void put(ExchangeKey<T> key, @Nullable T value) {
    values.put(key, value);
  }

  /** An empty 200 of the upstream, unless told otherwise. */
  public static final class FakeResponse implements Response {
    private final Headers headers = new Headers();
    private int status = 200;
    private Source source = Source.UPSTREAM;

    /** As if a plugin had answered. */
    public void exit() {
      source = Source.EXIT;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public void setStatus(int newStatus) {
      status = newStatus;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public Source source() {
      return source;
    }

    @Override
    public byte @Nullable [] body() {
      return null;
    }

    @Override
    public void setBody(byte[] body) {
      throw new UnsupportedOperationException();
    }
  }
}
