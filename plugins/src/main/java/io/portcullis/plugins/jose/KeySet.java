package io.portcullis.plugins.jose;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON Web Key Set (RFC 7517 §5). Immutable. */
public final class KeySet {
  /** Holds nothing. */
  public static final KeySet EMPTY = new KeySet(Map.of());

  private final Map<String, JsonWebKey> keys;

  private KeySet(Map<String, JsonWebKey> keys) {
    this.keys = keys;
  }

  /**
   * Reads a set. Keys that are for encryption, or cannot be read, are left out.
   *
   * @throws IllegalArgumentException when it is no set
   */
  public static KeySet parse(byte[] text, KeyIdentity identity) {
    JsonNode set;
    try {
      set = JsonMapper.shared().readTree(text);
    } catch (JacksonException broken) {
      throw new IllegalArgumentException("no JSON: " + broken.getOriginalMessage(), broken);
    }
    if (!set.path("keys").isArray()) {
      throw new IllegalArgumentException("no array of keys");
    }
    Map<String, JsonWebKey> keys = new HashMap<>();
    for (JsonNode json : set.path("keys")) {
      if (json.path("use").asString("sig").equals("enc")) {
        continue;
      }
      JsonWebKey key = readable(json);
      if (key != null) {
        keys.put(identity.of(key), key);
      }
    }
    return new KeySet(Map.copyOf(keys));
  }

  /** The key of that name; null for none. */
  public @Nullable JsonWebKey key(String name) {
    return keys.get(name);
  }

  private static @Nullable JsonWebKey readable(JsonNode json) {
    try {
      return JsonWebKey.of(json);
    } catch (IllegalArgumentException broken) {
      return null; // RFC 7517 §5: ignore keys that are not understood
    }
  }
}
