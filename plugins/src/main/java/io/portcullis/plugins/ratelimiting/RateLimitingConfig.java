package io.portcullis.plugins.ratelimiting;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code rate-limiting}.
 *
 * @param second requests per second; null for no limit, like the other periods
 * @param limitBy what has a counter of its own: consumer, credential, ip, service, header or path
 * @param headerName header whose value is counted, with {@code limitBy} header
 * @param path the path that is counted, with {@code limitBy} path
 * @param policy where counters live: local, cluster or redis
 * @param faultTolerant whether requests pass when the counters cannot be reached
 * @param redis where the counters of policy redis live
 * @param hideClientHeaders whether answers are silent about limits
 * @param errorCode HTTP status of a refusal
 * @param errorMessage text of a refusal
 * @param syncRate seconds between synchronisations with Redis; -1 for each request
 */
public record RateLimitingConfig(
    @Nullable Double second,
    @Nullable Double minute,
    @Nullable Double hour,
    @Nullable Double day,
    @Nullable Double month,
    @Nullable Double year,
    @Nullable String limitBy,
    @Nullable String headerName,
    @Nullable String path,
    @Nullable String policy,
    boolean faultTolerant,
    Redis redis,
    boolean hideClientHeaders,
    @Nullable Double errorCode,
    @Nullable String errorMessage,
    double syncRate) {

  /**
   * A Redis server.
   *
   * @param timeout milliseconds to connect, to write and to read
   * @param serverName name sent in the TLS handshake
   */
  public record Redis(
      @Nullable String host,
      @Nullable Integer port,
      @Nullable Integer timeout,
      @Nullable String username,
      @Nullable String password,
      @Nullable Integer database,
      @Nullable Boolean ssl,
      @Nullable Boolean sslVerify,
      @Nullable String serverName) {}

  @Nullable Double limit(Period period) {
    return switch (period) {
      case SECOND -> second;
      case MINUTE -> minute;
      case HOUR -> hour;
      case DAY -> day;
      case MONTH -> month;
      case YEAR -> year;
    };
  }
}
