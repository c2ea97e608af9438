package io.portcullis.proxy.routing;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A regex path of a route, anchored at the start of the request's path and not at its end. RE2
 * syntax: time is linear in the path, whatever the regex.
 */
final class PathRegex {
  private final Pattern pattern;
  private final String literal;

  /**
   * @param regex without the tilde
   * @throws IllegalArgumentException if it is none
   */
  PathRegex(String regex) {
    try {
      this.pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException broken) {
      throw new IllegalArgumentException(
          "paths: '~" + regex + "' is no regex: " + broken.getMessage(), broken);
    }
    this.literal = literalStart(regex);
  }

  /** Text that every path begins with that this can match; may be empty. */
  String literal() {
    return literal;
  }

  boolean matches(String path) {
    return pattern.matcher(path).lookingAt();
  }

  /** What is matched of the path and its groups, or null. */
  @Nullable Found find(String path) {
    Matcher matcher = pattern.matcher(path);
    if (!matcher.lookingAt()) {
      return null;
    }
    String matched = path.substring(0, matcher.end());
    if (matcher.groupCount() == 0) {
      return new Found(matched, Map.of());
    }
    Map<String, String> captures = new HashMap<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      String group = matcher.group(i);
      if (group != null) {
        captures.put(Integer.toString(i), group);
      }
    }
    pattern
        .namedGroups()
        .forEach(
            (name, index) -> {
              String group = matcher.group(index);
              if (group != null) {
                captures.put(name, group);
              }
            });
    return new Found(matched, captures);
  }

  /** A match: the text and the groups by name and number. */
  record Found(String matched, Map<String, String> captures) {}

  /** Reads the regex up to the first thing that is not a plain character. */
  private static String literalStart(String regex) {
    StringBuilder literal = new StringBuilder();
    int i = regex.startsWith("^") ? 1 : 0;
    while (i < regex.length()) {
      char c = regex.charAt(i);
      if (c == '\\') {
        if (i + 1 == regex.length() || isWordCharacter(regex.charAt(i + 1))) {
          break;
        }
        c = regex.charAt(i + 1);
        i++;
      } else if (".[({*+?|^$".indexOf(c) >= 0) {
        break;
      }
      literal.append(c);
      i++;
    }
    boolean optional = i < regex.length() && "*?{".indexOf(regex.charAt(i)) >= 0;
    if (optional && !literal.isEmpty()) {
      literal.setLength(literal.length() - 1);
    }
    return hasOuterAlternative(regex) ? "" : literal.toString();
  }

  /** Whether a {@code |} stands outside of groups, or where telling would need a parser. */
  private static boolean hasOuterAlternative(String regex) {
    int depth = 0;
    for (int i = 0; i < regex.length(); i++) {
      switch (regex.charAt(i)) {
        case '\\' -> i++;
        case '(' -> depth++;
        case ')' -> depth--;
        case '[' -> {
          return regex.indexOf('|') >= 0;
        }
        case '|' -> {
          if (depth == 0) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }

  private static boolean isWordCharacter(char c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c > 0x7f;
  }
}
