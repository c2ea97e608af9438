package io.portcullis.admin.wire;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which page of a list is asked for.
 *
 * @param size rows, 1–1000
 * @param sizeGiven whether the client sent it; only then it is repeated in {@code next}
 * @param after parts of the primary key after which the page starts, or null for the first page
 */
public record PageRequest(int size, boolean sizeGiven, @Nullable JsonNode after) {
  private static final int DEFAULT_SIZE = 100;
  private static final int MAX_SIZE = 1000;
  private static final ObjectMapper OFFSETS = JsonMapper.shared();

  /**
   * Reads {@code size} and {@code offset}.
   *
   * @throws Refusal 400 with code 9 or 7
   */
  public static PageRequest of(Arguments query) {
    int size = DEFAULT_SIZE;
    Optional<String> sent = query.first("size");
    if (sent.isPresent()) {
      OptionalDouble number =
          query.repeats("size") ? OptionalDouble.empty() : LuaNumber.parse(sent.get());
      if (number.isEmpty()) {
        throw invalidSize("size must be a number");
      }
      double value = number.getAsDouble();
      if (!(value >= 1 && value <= MAX_SIZE) || value != Math.rint(value)) {
        throw invalidSize("size must be an integer between 1 and " + MAX_SIZE);
      }
      size = (int) value;
    }
    Optional<String> offset = query.first("offset");
    return new PageRequest(
        size, sent.isPresent(), offset.isPresent() ? decode(offset.get()) : null);
  }

  /**
   * The id after which the page starts.
   *
   * @throws Refusal 400 with code 7 when the offset was made for another list
   */
  public Optional<UUID> afterId() {
    if (after == null) {
      return Optional.empty();
    }
    return Optional.of(uuid(after, 0));
  }

  /** An id inside the offset. */
  public static UUID uuid(JsonNode offset, int index) {
    try {
      return UUID.fromString(part(offset, index));
    } catch (IllegalArgumentException malformed) {
      throw invalidOffset(encode(offset), "bad json encoding");
    }
  }

  /** A text inside the offset. */
  public static String part(JsonNode offset, int index) {
    JsonNode part = offset.get(index);
    if (part == null || !part.isString() || !PercentEncoding.isWellFormed(part.stringValue())) {
      throw invalidOffset(encode(offset), "bad json encoding");
    }
    return part.stringValue();
  }

  /** The opaque text that stands for a primary key. */
  public static String encode(JsonNode key) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(key.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode decode(String offset) {
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(offset);
    } catch (IllegalArgumentException malformed) {
      throw invalidOffset(offset, "bad base64 encoding");
    }
    try {
      JsonNode key = OFFSETS.readTree(octets);
      if (key.isArray()) {
        return key;
      }
    } catch (JacksonException malformed) {
      // told below
    }
    throw invalidOffset(offset, "bad json encoding");
  }

  private static Refusal invalidSize(String message) {
    return Refusal.coded(400, 9, "invalid size", message);
  }

  private static Refusal invalidOffset(String offset, String reason) {
    return Refusal.coded(
        400, 7, "invalid offset", "'" + offset + "' is not a valid offset: " + reason);
  }
}
