package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The words of {@code Cache-Control}.
 *
 * @param values by lower-case word; empty for a word alone
 */
record CacheDirectives(Map<String, String> values) {
  private static final CacheDirectives NONE = new CacheDirectives(Map.of());

  static CacheDirectives of(Headers headers) {
    if (!headers.contains("cache-control")) {
      return NONE;
    }
    Map<String, String> values = new HashMap<>();
    for (String line : headers.all("cache-control")) {
      for (String part : line.split(",", -1)) {
        String word = part.strip().toLowerCase(Locale.ROOT);
        int equals = word.indexOf('=');
        values.put(
            equals < 0 ? word : word.substring(0, equals),
            equals < 0 ? "" : word.substring(equals + 1).replace("\"", ""));
      }
    }
    return new CacheDirectives(values);
  }

  boolean has(String word) {
    return values.containsKey(word);
  }

  long seconds(String word, long otherwise) {
    String value = values.get(word);
    if (value == null) {
      return otherwise;
    }
    try {
      return Math.clamp(Long.parseLong(value), 0, Integer.MAX_VALUE);
    } catch (NumberFormatException malformed) {
      return otherwise;
    }
  }
}
