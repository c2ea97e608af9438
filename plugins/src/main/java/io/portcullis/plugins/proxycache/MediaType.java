package io.portcullis.plugins.proxycache;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A media type, taken apart.
 *
 * @param type in lower case, {@code *} for any
 * @param subtype in lower case, {@code *} for any
 * @param parameters by name in lower case
 */
record MediaType(String type, String subtype, Map<String, String> parameters) {

  MediaType {
    parameters = Map.copyOf(parameters);
  }

  /** Reads what {@code Content-Type} says; never fails. */
  static MediaType of(String text) {
    String[] parts = text.split(";", -1);
    String essence = parts[0].strip().toLowerCase(Locale.ROOT);
    int slash = essence.indexOf('/');
    Map<String, String> parameters = new TreeMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        parameters.put(
            parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
            unquoted(parts[i].substring(equals + 1).strip()));
      }
    }
    return slash < 0
        ? new MediaType(essence, "", parameters)
        : new MediaType(essence.substring(0, slash), essence.substring(slash + 1), parameters);
  }

  /** Whether this, which may have stars, stands for {@code other}; parameters must be the same. */
  boolean covers(MediaType other) {
    return (type.equals("*") || type.equals(other.type))
        && (subtype.equals("*") || subtype.equals(other.subtype))
        && parameters.equals(other.parameters);
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
