package io.portcullis.plugins.jwtvalidator;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A claim by name, or by names with dots between them that lead into objects. */
record ClaimPath(String[] names) {
  /** A claim of that very name. */
  static ClaimPath plain(String name) {
    return new ClaimPath(new String[] {name});
  }

  /** Dots lead into objects, but for names that are URLs: those are whole, as for KrakenD. */
  static ClaimPath dotted(String text) {
    return text.startsWith("http") ? plain(text) : new ClaimPath(text.split("\\.", -1));
  }

  /** The claim; null when it is not there. */
  @Nullable JsonNode in(JsonNode claims) {
    JsonNode at = claims;
    for (String name : names) {
      at = at.get(name);
      if (at == null) {
        return null;
      }
    }
    return at;
  }
}
