package io.portcullis.plugins.ratelimiting;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.time.InstantSource;
import java.util.List;

/** Counts in {@code access} and tells clients where they stand. */
final class RateLimitingHandler implements PluginHandler {
  private static final System.Logger LOG = System.getLogger(RateLimitingHandler.class.getName());
  private static final ExchangeKey<Usage> USAGE = ExchangeKey.named("rate-limiting usage");
  private static final int TOO_MANY_REQUESTS = 429;

  private final WindowLimiter limiter;
  private final LimitBy limitBy;
  private final InstantSource clock;
  private final boolean hideClientHeaders;
  private final boolean unreachable;
  private final int errorCode;
  private final String errorMessage;

  RateLimitingHandler(RateLimitingConfig config, PluginContext context) {
    PluginConfig stored = context.configuration();
    this.limiter =
        new WindowLimiter(
            context.counters(), Limit.of(config), stored.routeId(), stored.serviceId());
    this.limitBy = LimitBy.of(config);
    this.clock = context.clock();
    this.hideClientHeaders = config.hideClientHeaders();
    Double code = config.errorCode();
    this.errorCode = code == null ? TOO_MANY_REQUESTS : code.intValue();
    this.errorMessage =
        config.errorMessage() == null ? "API rate limit exceeded" : config.errorMessage();
    String policy = config.policy();
    boolean shared = policy != null && !policy.equals("local");
    this.unreachable = shared && !config.faultTolerant();
    if (shared) {
      LOG.log(
          System.Logger.Level.WARNING,
          "rate-limiting {0}: this node has no shared counters for policy {1}, so {2}",
          stored.id(),
          policy,
          unreachable
              ? "requests are refused with 500 (fault_tolerant is false)"
              : "requests are counted on each node alone (fault_tolerant is true)");
    }
  }

  @Override
  public Reply access(Exchange exchange) {
    if (unreachable) {
      return Reply.refuse(500, "An unexpected error occurred");
    }
    Usage usage = limiter.count(limitBy.identifier(exchange), clock.millis());
    if (!usage.admitted()) {
      return new Reply.Refusal(
          errorCode, errorMessage, hideClientHeaders ? List.of() : usage.refusalHeaders());
    }
    if (!hideClientHeaders) {
      exchange.put(USAGE, usage);
    }
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Usage usage = exchange.get(USAGE);
    if (usage != null) {
      usage.addTo(exchange.response().headers());
    }
  }
}
