package io.portcullis.plugins.composition.shape;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Steps from objects to what they hold. */
final class Trees {
  private Trees() {}

  /** The value as an object that may be changed, or null when it is none. */
  @SuppressWarnings("unchecked") // all maps of this model have these types
  static @Nullable Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map ? (Map<String, Object>) value : null;
  }

  /** A path's segments; a path without a dot is one segment. */
  static String[] segments(String dotted) {
    return dotted.split("\\.", -1);
  }
}
