package io.portcullis.plugins.jwtvalidator;

import io.portcullis.plugins.endpoint.GoDuration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What must be right about the registered claims (RFC 7519 §4.1). Thread-safe. */
final class ClaimRules {
  private static final double MILLIS = 1000;

  private final Set<String> audience;
  private final @Nullable String issuer;
  private final double leeway;
  private final InstantSource clock;

  ClaimRules(JwtValidatorConfig config, InstantSource clock) {
    this.audience = Set.copyOf(config.audience());
    this.issuer = config.issuer();
    Duration parsed = GoDuration.parse(config.leeway());
    this.leeway = parsed == null ? 1 : parsed.toMillis() / MILLIS;
    this.clock = clock;
  }

  /** What does not depend on the time: why the claims are refused, or null. */
  @Nullable String refusal(JsonNode claims) {
    if (!claims.isObject()) {
      return "claims are no object";
    }
    for (String name : new String[] {"exp", "nbf", "iat"}) {
      JsonNode value = claims.get(name);
      if (value != null && !value.isNull() && !value.isNumber()) {
        return name + " is no number";
      }
    }
    if (issuer != null && !issuer.equals(claims.path("iss").asString(""))) {
      return "another issuer";
    }
    return audience.isEmpty() || isForUs(claims.path("aud")) ? null : "for somebody else";
  }

  /** What depends on it, likewise. */
  @Nullable String untimely(Verified token) {
    double now = clock.millis() / MILLIS;
    if (now - leeway > token.expiry()) {
      return "expired";
    }
    return now + leeway < token.notBefore() ? "not valid yet" : null;
  }

  private boolean isForUs(JsonNode claim) {
    if (claim.isString()) {
      return audience.contains(claim.stringValue());
    }
    if (claim.isArray()) {
      for (JsonNode element : claim) {
        if (element.isString() && audience.contains(element.stringValue())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Seconds since 1970 after which the token is over; infinite when it does not say. */
  static double expiry(JsonNode claims) {
    return claims.path("exp").asDouble(Double.POSITIVE_INFINITY);
  }

  /** Seconds since 1970 before which it is too early: {@code nbf}, and {@code iat} likewise. */
  static double notBefore(JsonNode claims) {
    return Math.max(
        claims.path("nbf").asDouble(Double.NEGATIVE_INFINITY),
        claims.path("iat").asDouble(Double.NEGATIVE_INFINITY));
  }
}
