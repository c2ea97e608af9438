package io.portcullis.core.schema;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long rows of some entities live. Clients give {@code ttl}, the seconds left, and are shown
 * what is left of them; stored rows hold {@code expires_at}, milliseconds since 1970, or null. A
 * row past that time counts as deleted, for the Admin API and for requests alike, by the clock of
 * the node that looks.
 */
public final class TimeToLive {
  /** What clients give and are shown. */
  static final String OPTION = "ttl";

  /** What rows hold. */
  public static final String EXPIRY = "expires_at";

  private static final int LONGEST_SECONDS = 100_000_000;
  private static final long MILLIS = 1000;

  private TimeToLive() {}

  /** Whether a row's time is over. */
  public static boolean isExpired(ObjectNode stored, Instant now) {
    JsonNode expiry = stored.get(EXPIRY);
    return expiry != null && expiry.isNumber() && expiry.longValue() <= now.toEpochMilli();
  }

  /** A stored row as answers show it; the row itself when its entity does not expire. */
  public static ObjectNode shown(EntitySpec spec, ObjectNode stored, Instant now) {
    if (!spec.isExpiring()) {
      return stored;
    }
    ObjectNode shown = stored.deepCopy();
    JsonNode expiry = shown.remove(EXPIRY);
    if (expiry == null || !expiry.isNumber()) {
      shown.putNull(OPTION);
    } else {
      // Whole seconds that are certainly left: a row made for one second shows 0 at once.
      long left = expiry.longValue() - now.toEpochMilli() - 1;
      shown.put(OPTION, Math.max(0, left / MILLIS));
    }
    return shown;
  }

  /** Adds what clients give and are shown to the properties of a JSON Schema. */
  static void describe(ObjectNode properties) {
    ObjectNode schema = properties.putObject(OPTION);
    schema.putArray("type").add("integer").add("null");
    schema.put("minimum", 0).put("maximum", LONGEST_SECONDS);
    schema.put("description", "Seconds left; null or 0 for ever.");
  }

  /** What is wrong with a given time; null when nothing is. Null is a legal time: for ever. */
  static @Nullable ApiError refusal(@Nullable JsonNode given) {
    if (given == null || given.isNull()) {
      return null;
    }
    double seconds = given.isNumber() ? Json.toDouble(given) : Double.NaN;
    boolean legal = seconds >= 0 && seconds <= LONGEST_SECONDS && seconds == Math.rint(seconds);
    return legal
        ? null
        : ApiError.invalidOption(OPTION, "must be an integer between 0 and " + LONGEST_SECONDS);
  }

  /** Gives a row its time; 0 seconds and null mean for ever. */
  static void set(ObjectNode entity, @Nullable JsonNode legal, Instant now) {
    long seconds = legal == null || legal.isNull() ? 0 : (long) Json.toDouble(legal);
    if (seconds == 0) {
      entity.putNull(EXPIRY);
    } else {
      entity.put(EXPIRY, now.toEpochMilli() + seconds * MILLIS);
    }
  }
}
