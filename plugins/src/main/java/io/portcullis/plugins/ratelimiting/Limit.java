package io.portcullis.plugins.ratelimiting;

import java.util.ArrayList;
import java.util.List;

/**
 * So many requests per period.
 *
 * @param requests greater than 0; need not be whole
 * @param text the number as clients are told it
 */
record Limit(Period period, double requests, String text) {
  /** The limits of a configuration, shortest period first. */
  static Limit[] of(RateLimitingConfig config) {
    List<Limit> limits = new ArrayList<>();
    for (Period period : Period.values()) {
      Double requests = config.limit(period);
      if (requests != null) {
        limits.add(new Limit(period, requests, spell(requests)));
      }
    }
    return limits.toArray(Limit[]::new);
  }

  /** {@code 5}, not {@code 5.0}. */
  static String spell(double number) {
    long whole = (long) number;
    return whole == number ? Long.toString(whole) : Double.toString(number);
  }
}
