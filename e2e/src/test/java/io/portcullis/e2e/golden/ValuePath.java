package io.portcullis.e2e.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Names a value inside a JSON body: {@code data[0].id}, {@code data[*].tags}, {@code
 * config['a.b']}. Empty or {@code $} is the body itself; {@code **.x} is an {@code x} at any depth.
 *
 * @param parts names as {@link String}, indices as {@link Integer}
 */
record ValuePath(List<Object> parts) {
  private static final Pattern PART =
      Pattern.compile("([^.\\[\\]]+)|\\['([^']*)'\\]|\\[(\\*|\\d+)\\]");
  private static final String ANY = "*";
  private static final String ANY_DEPTH = "**";

  ValuePath {
    parts = List.copyOf(parts);
  }

  static ValuePath parse(String text) {
    List<Object> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        if (!matcher.group(1).equals("$")) {
          parts.add(matcher.group(1));
        }
      } else if (matcher.group(2) != null) {
        parts.add(matcher.group(2));
      } else {
        parts.add(matcher.group(3).equals(ANY) ? ANY : Integer.valueOf(matcher.group(3)));
      }
    }
    return new ValuePath(parts);
  }

  /** The value at this path of {@code body}. */
  JsonNode in(JsonNode body) throws Mismatch {
    JsonNode value = body;
    for (Object part : parts) {
      value = part instanceof Integer index ? value.path(index) : value.path((String) part);
    }
    if (value.isMissingNode()) {
      throw new Mismatch(toString(), "a value to save", body);
    }
    return value;
  }

  /** Whether this pattern names the place that {@code trail} leads to. */
  boolean covers(List<Object> trail) {
    List<Object> pattern = parts;
    List<Object> tail = trail;
    if (!pattern.isEmpty() && pattern.getFirst().equals(ANY_DEPTH)) {
      pattern = pattern.subList(1, pattern.size());
      tail = trail.subList(Math.max(0, trail.size() - pattern.size()), trail.size());
    }
    if (pattern.size() != tail.size()) {
      return false;
    }
    for (int i = 0; i < tail.size(); i++) {
      if (!pattern.get(i).equals(ANY) && !pattern.get(i).equals(tail.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Reads like the path a person would write for {@code trail}. */
  static String show(List<Object> trail) {
    StringBuilder text = new StringBuilder("body");
    for (Object part : trail) {
      if (part instanceof Integer) {
        text.append('[').append(part).append(']');
      } else {
        text.append('.').append(part);
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return show(parts);
  }
}
