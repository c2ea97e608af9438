package io.portcullis.plugins.ratelimiting;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What has a counter of its own. Each falls back to the client's address. */
sealed interface LimitBy {
  /** What the request is counted as; equal objects share a counter. */
  Object identifier(Exchange exchange);

  static LimitBy of(RateLimitingConfig config) {
    String headerName = config.headerName();
    String path = config.path();
    return switch (config.limitBy() == null ? "consumer" : config.limitBy()) {
      case "credential" -> new ByCredential();
      case "ip" -> new ByAddress();
      case "service" -> new ByService();
      case "header" ->
          headerName == null ? new ByAddress() : new ByHeader(headerName.toLowerCase(Locale.ROOT));
      case "path" -> path == null ? new ByAddress() : new ByPath(path);
      default -> new ByConsumer();
    };
  }

  /** The consumer, else the credential. */
  record ByConsumer() implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      Consumer consumer = exchange.consumer();
      return consumer != null ? consumer.id() : credentialOrAddress(exchange);
    }
  }

  /** The credential. */
  record ByCredential() implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      return credentialOrAddress(exchange);
    }
  }

  /** The client's address. */
  record ByAddress() implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      return exchange.clientAddress();
    }
  }

  /** The service: one counter for all clients. */
  record ByService() implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      Service service = exchange.service();
      return service != null ? service.id() : exchange.clientAddress();
    }
  }

  /** The first value of a header. */
  record ByHeader(String name) implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      @Nullable String value = exchange.request().headers().get(name);
      return value != null ? value : exchange.clientAddress();
    }
  }

  /** One path: all clients of it share a counter, requests to other paths do not count there. */
  record ByPath(String path) implements LimitBy {
    @Override
    public Object identifier(Exchange exchange) {
      return exchange.request().path().equals(path) ? path : exchange.clientAddress();
    }
  }

  private static Object credentialOrAddress(Exchange exchange) {
    Credential credential = exchange.credential();
    return credential != null ? credential.id() : exchange.clientAddress();
  }
}
