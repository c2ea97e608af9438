package io.portcullis.plugins.endpoint;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path with placeholders that fill whole segments, or parts of them: {@code /users/{id}}, {@code
 * /x.{id}}. A {@code *} at the end takes the rest of the path. Immutable.
 */
public final class PathTemplate {
  /** What the rest of a path is called. */
  public static final String REST = "wildcard";

  private record Segment(String before, @Nullable String name, String after) {
    static Segment of(String text) {
      int open = text.indexOf('{');
      int close = text.indexOf('}', open + 1);
      return open < 0 || close < 0
          ? new Segment(text, null, "")
          : new Segment(
              text.substring(0, open), text.substring(open + 1, close), text.substring(close + 1));
    }

    boolean matches(String text, Map<String, String> found) {
      if (name == null) {
        return text.equals(before);
      }
      int inner = text.length() - before.length() - after.length();
      if (inner < 1 || !text.startsWith(before) || !text.endsWith(after)) {
        return false;
      }
      found.put(name, text.substring(before.length(), before.length() + inner));
      return true;
    }
  }

  private final Segment[] segments;
  private final boolean open;

  public PathTemplate(String endpoint) {
    String[] texts = endpoint.split("/", -1);
    this.open = texts[texts.length - 1].equals("*");
    this.segments = new Segment[open ? texts.length - 1 : texts.length];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = Segment.of(texts[i]);
    }
  }

  /** Values by placeholder, as they stand in the path; null when the path is another one. */
  public @Nullable Map<String, String> match(String path) {
    Map<String, String> found = new HashMap<>();
    int from = 0;
    for (int i = 0; i < segments.length; i++) {
      int slash = path.indexOf('/', from);
      boolean last = i == segments.length - 1;
      if (slash < 0 ? !last || open : last && !open) {
        return null;
      }
      if (!segments[i].matches(path.substring(from, slash < 0 ? path.length() : slash), found)) {
        return null;
      }
      from = slash + 1;
    }
    if (open) {
      found.put(REST, path.substring(from));
    }
    return found;
  }
}
