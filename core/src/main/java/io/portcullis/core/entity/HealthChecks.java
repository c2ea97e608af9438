package io.portcullis.core.entity;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an upstream finds out which targets work. Nulls of optional values stand for their defaults.
 *
 * @param threshold percentage of weight that must be available for the upstream to be healthy
 */
public record HealthChecks(double threshold, Active active, Passive passive) {
  private static final List<Integer> ACTIVE_HEALTHY = List.of(200, 302);
  private static final List<Integer> ACTIVE_UNHEALTHY =
      List.of(429, 404, 500, 501, 502, 503, 504, 505);
  private static final List<Integer> PASSIVE_HEALTHY =
      List.of(
          200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307,
          308);
  private static final List<Integer> PASSIVE_UNHEALTHY = List.of(429, 500, 503);

  /** What is spoken to targets. */
  public enum Type {
    TCP,
    HTTP,
    HTTPS,
    GRPC,
    GRPCS
  }

  /**
   * When an unhealthy target is healthy again.
   *
   * @param statuses that are successes
   * @param successes in a row that it takes; 0 for never
   */
  public record Recovery(HttpStatuses statuses, int successes) {}

  /**
   * When a healthy target is unhealthy; a count of 0 is for never.
   *
   * @param statuses that are failures
   * @param httpFailures such statuses in a row that it takes
   * @param tcpFailures broken connections that it takes
   * @param timeouts that it takes
   */
  public record Failure(HttpStatuses statuses, int httpFailures, int tcpFailures, int timeouts) {
    boolean happens() {
      return httpFailures > 0 || tcpFailures > 0 || timeouts > 0;
    }
  }

  /**
   * Checks that the gateway makes.
   *
   * @param timeout of one check
   * @param concurrency checks at a time
   * @param httpsSni server name of TLS; null for the target's own name
   * @param headers of a check
   * @param healthyInterval between checks of healthy targets; zero for none
   * @param unhealthyInterval between checks of unhealthy targets; zero for none
   */
  public record Active(
      Type type,
      Duration timeout,
      int concurrency,
      String httpPath,
      @Nullable String httpsSni,
      boolean httpsVerifyCertificate,
      Map<String, List<String>> headers,
      Duration healthyInterval,
      Recovery recovery,
      Duration unhealthyInterval,
      Failure failure) {
    boolean runs() {
      return healthyInterval.isPositive() || unhealthyInterval.isPositive();
    }
  }

  /** What is learnt from requests. */
  public record Passive(Type type, Recovery recovery, Failure failure) {}

  /** Whether anything could find a target unhealthy, or probes it. */
  public boolean enabled() {
    return active.runs() || passive.failure.happens();
  }

  static HealthChecks of(EntityDocument document) {
    return new HealthChecks(
        document.number("threshold", 0),
        active(document.record("active")),
        passive(document.record("passive")));
  }

  private static Active active(EntityDocument document) {
    EntityDocument healthy = document.record("healthy");
    EntityDocument unhealthy = document.record("unhealthy");
    return new Active(
        type(document),
        seconds(document, "timeout", 1),
        (int) Math.min(Integer.MAX_VALUE, (long) document.number("concurrency", 10)),
        document.string("http_path", "/"),
        document.optionalString("https_sni"),
        document.bool("https_verify_certificate", true),
        document.lists("headers"),
        seconds(healthy, "interval", 0),
        recovery(healthy, ACTIVE_HEALTHY),
        seconds(unhealthy, "interval", 0),
        failure(unhealthy, ACTIVE_UNHEALTHY));
  }

  private static Passive passive(EntityDocument document) {
    return new Passive(
        type(document),
        recovery(document.record("healthy"), PASSIVE_HEALTHY),
        failure(document.record("unhealthy"), PASSIVE_UNHEALTHY));
  }

  private static Recovery recovery(EntityDocument document, List<Integer> statuses) {
    return new Recovery(
        new HttpStatuses(document.integers("http_statuses", statuses)),
        document.integer("successes", 0));
  }

  private static Failure failure(EntityDocument document, List<Integer> statuses) {
    return new Failure(
        new HttpStatuses(document.integers("http_statuses", statuses)),
        document.integer("http_failures", 0),
        document.integer("tcp_failures", 0),
        document.integer("timeouts", 0));
  }

  private static Type type(EntityDocument document) {
    return Type.valueOf(document.string("type", "http").toUpperCase(Locale.ROOT));
  }

  private static Duration seconds(EntityDocument document, String field, double fallback) {
    return Duration.ofNanos(Math.round(document.number(field, fallback) * 1e9));
  }
}
