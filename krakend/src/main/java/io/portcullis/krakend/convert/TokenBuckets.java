package io.portcullis.krakend.convert;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads rate limits of clients. */
final class TokenBuckets {
  private TokenBuckets() {}

  /** The configuration of {@code token-bucket}; null when nothing is limited. */
  static @Nullable ObjectNode config(Section limit, Findings findings) {
    ObjectNode config =
        limit.taken("max_rate", "capacity", "client_max_rate", "client_capacity", "key");
    String every = limit.duration("every");
    if (every != null) {
      config.put("every", every);
    }
    String strategy = limit.text("strategy", "ip");
    limit.ignore(
        "has no effect: clients are kept otherwise",
        "num_shards",
        "cleanup_period",
        "cleanup_threads");
    limit.finish();
    boolean all = config.path("max_rate").asDouble(0) > 0;
    boolean each = config.path("client_max_rate").asDouble(0) > 0;
    if (each && !strategy.equals("ip") && !strategy.equals("header") && !strategy.equals("param")) {
      findings.mistake(
          limit.at("strategy"), "unknown strategy '" + strategy + "': clients are not limited");
      config.remove("client_max_rate");
      config.remove("client_capacity");
      each = false;
    } else if (each) {
      config.put("strategy", strategy);
    }
    return all || each ? config : null;
  }
}
