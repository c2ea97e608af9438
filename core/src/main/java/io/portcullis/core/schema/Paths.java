package io.portcullis.core.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Paths of services and routes: legal characters, percent-encoding, normal form, regexes. */
public final class Paths {
  private static final java.util.regex.Pattern RFC_3986 =
      java.util.regex.Pattern.compile("[A-Za-z0-9._~/%!$&'()*+,;=@:-]*");
  private static final java.util.regex.Pattern BAD_ESCAPE =
      java.util.regex.Pattern.compile("%(?![0-9a-fA-F]{2}).?.?", java.util.regex.Pattern.DOTALL);
  private static final String RESERVED = "!#$%&'()*+,/:;=?@[]";

  /** What PCRE compiles and neither RE2 nor the router's own language does. */
  private static final java.util.regex.Pattern BEYOND_RE2 =
      java.util.regex.Pattern.compile(
          "\\(\\?(=|!|<=|<!|>|\\||[0-9R&]|P[=>])|\\\\[1-9]|\\\\[gkKX]|[*+?}]\\+|\\(\\*[A-Z]");

  private Paths() {}

  /** For a path that requests are sent to. */
  static @Nullable String refusal(String path) {
    if (!RFC_3986.matcher(path).matches()) {
      return "invalid path: '"
          + path
          + "' (characters outside of the reserved list of RFC 3986 found)";
    }
    return refusalOfEscapes(path);
  }

  /** For a route's path: a prefix in normal form, or a regex behind a tilde. */
  static @Nullable String refusalOfRoutePath(String path) {
    if (path.startsWith("~")) {
      String regex = path.substring(1);
      String error = regexError(regex);
      return error == null || BEYOND_RE2.matcher(regex).find()
          ? null
          : "invalid regex: '" + regex + "' (PCRE returned: " + error + ")";
    }
    String escapes = refusalOfEscapes(path);
    if (escapes != null) {
      return escapes;
    }
    String normal = normal(path);
    return normal.equals(path)
        ? null
        : "non-normalized path, consider use '" + normal + "' instead";
  }

  /** Why RE2 refuses a regex, or null. */
  static @Nullable String regexError(String regex) {
    try {
      Pattern.compile(regex);
      return null;
    } catch (PatternSyntaxException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /**
   * Escapes of unreserved characters undone, dot segments resolved, slashes merged; a path with a
   * broken escape as it is.
   */
  public static String normal(String path) {
    return refusalOfEscapes(path) == null ? withoutDots(unescaped(path)) : path;
  }

  private static @Nullable String refusalOfEscapes(String path) {
    Matcher bad = BAD_ESCAPE.matcher(path);
    return bad.find() ? "invalid url-encoded value: '" + bad.group() + "'" : null;
  }

  private static String unescaped(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
    int i = 0;
    while (i < path.length()) {
      char c = path.charAt(i);
      if (c == '%') {
        String hex = path.substring(i + 1, i + 3);
        int value = Integer.parseInt(hex, 16);
        if (RESERVED.indexOf(value) >= 0) {
          bytes.writeBytes(("%" + hex.toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8));
        } else {
          bytes.write(value);
        }
        i += 3;
      } else {
        int end = i;
        while (end < path.length() && path.charAt(end) != '%') {
          end++;
        }
        bytes.writeBytes(path.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String withoutDots(String path) {
    Deque<String> segments = new ArrayDeque<>();
    String[] parts = path.split("/", -1);
    boolean directory = true;
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      directory = part.isEmpty() || part.equals(".") || part.equals("..");
      if (part.equals("..")) {
        segments.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        segments.addLast(part);
      }
    }
    String joined = "/" + String.join("/", segments);
    return directory && !segments.isEmpty() ? joined + "/" : joined;
  }
}
