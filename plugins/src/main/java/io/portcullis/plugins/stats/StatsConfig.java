package io.portcullis.plugins.stats;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code stats}.
 *
 * @param listenAddress {@code host:port} or {@code :port} of {@code /__stats}; null for none
 * @param collectionTime seconds between two snapshots
 * @param names what routes are called, by their names
 */
public record StatsConfig(
    @Nullable String listenAddress,
    double collectionTime,
    @Nullable Map<String, String> names,
    @Nullable Influx influx) {
  /**
   * Where snapshots are pushed to.
   *
   * @param address URL of the server, without a path
   * @param ttl seconds between two pushes
   */
  public record Influx(
      String address,
      double ttl,
      String db,
      @Nullable String username,
      @Nullable String password) {}
}
