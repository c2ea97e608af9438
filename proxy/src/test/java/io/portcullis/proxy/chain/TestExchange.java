package io.portcullis.proxy.chain;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** An exchange without a connection: route, service, consumer and typed state. */
public final class TestExchange implements Exchange {
  private final @Nullable Route route;
  private final @Nullable Service service;
  private final Map<ExchangeKey<?>, Object> state = new HashMap<>();
  private @Nullable Consumer consumer;
  private @Nullable Credential credential;

  public TestExchange(@Nullable Route route, @Nullable Service service) {
    this.route = route;
    this.service = service;
  }

  public static Consumer consumer(UUID id) {
    return new Consumer(
        id, "consumer " + id, null, List.of(), JsonNodeFactory.instance.objectNode());
  }

  @Override
  public String id() {
    return "0123456789abcdef0123456789abcdef";
  }

  @Override
  public Request request() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Response response() {
    throw new UnsupportedOperationException();
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
  public void authenticate(@Nullable Consumer caller, @Nullable Credential proof) {
    consumer = caller;
    credential = proof;
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
}
