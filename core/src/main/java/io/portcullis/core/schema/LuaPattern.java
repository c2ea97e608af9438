package io.portcullis.core.schema;

import com.google.re2j.Pattern;

/**
 * A Lua pattern, the language in which Kong's schema documents state theirs, compiled to RE2, so
 * matching takes linear time. Covers what schemas use: classes, sets, anchors and the four
 * quantifiers; no captures, no {@code %b} and {@code %f}.
 */
final class LuaPattern {
  private final String source;
  private final Pattern regex;

  private LuaPattern(String source, Pattern regex) {
    this.source = source;
    this.regex = regex;
  }

  static LuaPattern of(String source) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i++);
      switch (c) {
        case '%' -> regex.append(escape(source.charAt(i++), false));
        case '[' -> i = set(source, i, regex);
        case '-' -> regex.append("*?");
        case '^' -> regex.append(i == 1 ? "^" : "\\^");
        case '$' -> regex.append(i == source.length() ? "\\z" : "\\$");
        case '.', '*', '+', '?', '(', ')' -> regex.append(c);
        default -> regex.append(literal(c));
      }
    }
    return new LuaPattern(source, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  String source() {
    return source;
  }

  boolean matches(String text) {
    return regex.matcher(text).find();
  }

  private static int set(String source, int start, StringBuilder regex) {
    int i = start;
    regex.append('[');
    if (source.charAt(i) == '^') {
      regex.append('^');
      i++;
    }
    boolean first = true;
    while (first || source.charAt(i) != ']') {
      first = false;
      char c = source.charAt(i++);
      if (c == '%') {
        regex.append(escape(source.charAt(i++), true));
      } else if (c == '-') {
        regex.append('-');
      } else {
        regex.append(literal(c));
      }
    }
    regex.append(']');
    return i + 1;
  }

  private static String escape(char c, boolean inSet) {
    return switch (c) {
      case 'a' -> inSet ? "a-zA-Z" : "[a-zA-Z]";
      case 'd' -> inSet ? "0-9" : "[0-9]";
      case 'l' -> inSet ? "a-z" : "[a-z]";
      case 'u' -> inSet ? "A-Z" : "[A-Z]";
      case 'w' -> inSet ? "a-zA-Z0-9" : "[a-zA-Z0-9]";
      case 's' -> inSet ? "\\s\\x0b" : "[\\s\\x0b]";
      case 'p' -> inSet ? "[:punct:]" : "[[:punct:]]";
      case 'c' -> inSet ? "[:cntrl:]" : "[[:cntrl:]]";
      case 'x' -> inSet ? "0-9A-Fa-f" : "[0-9A-Fa-f]";
      default -> literal(c);
    };
  }

  private static String literal(char c) {
    return Character.isLetterOrDigit(c) || c > 127 ? String.valueOf(c) : "\\" + c;
  }
}
