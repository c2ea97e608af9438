package io.portcullis.plugins.tokenbucket;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.endpoint.PathParameters;
import io.portcullis.plugins.endpoint.TokenBucket;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Looks at the client's bucket first, so that nobody uses up what belongs to all. */
final class TokenBucketHandler implements PluginHandler {
  private static final Reply TOO_MANY_REQUESTS = empty(429);
  private static final Reply SERVICE_UNAVAILABLE = empty(503);

  private final @Nullable ClientBuckets clients;
  private final ClientKey key;
  private final boolean global;
  private final @Nullable TokenBucket all;

  /**
   * @param global whether the configuration is for all requests, and so runs before routing
   */
  TokenBucketHandler(
      TokenBucketConfig config, boolean global, LongSupplier nanos, Executor executor) {
    this.global = global;
    this.clients = config.clientMaxRate() > 0 ? new ClientBuckets(config, nanos, executor) : null;
    this.key = key(config);
    this.all =
        config.maxRate() > 0
            ? new TokenBucket(config.maxRate(), config.period(), config.allTokens(), nanos)
            : null;
  }

  /** Of a global configuration, whose turn comes whether or not a route has one of its own. */
  @Override
  public Reply rewrite(Exchange exchange) {
    return take(exchange);
  }

  @Override
  public Reply access(Exchange exchange) {
    return global ? Reply.NEXT : take(exchange);
  }

  private Reply take(Exchange exchange) {
    if (clients != null) {
      String client = key.of(exchange);
      if (client == null || client.isEmpty() || !clients.take(client)) {
        return TOO_MANY_REQUESTS;
      }
    }
    return all == null || all.take() ? Reply.NEXT : SERVICE_UNAVAILABLE;
  }

  /** How many clients have a bucket, for tests. */
  long clients() {
    return clients == null ? 0 : clients.size();
  }

  private static ClientKey key(TokenBucketConfig config) {
    String name = config.key();
    if (name == null || name.isEmpty()) {
      return ClientKey.address();
    }
    return switch (config.strategy()) {
      case "header" -> ClientKey.header(name);
      case "param" -> ClientKey.parameter(name, new PathParameters(config.endpoint()));
      default -> ClientKey.addressIn(name);
    };
  }

  private static Reply empty(int status) {
    return new Reply.Exit(status, List.of(), new byte[0]);
  }
}
