package io.portcullis.krakend.template;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Functions for texts. Where Sprig counts octets, octets are counted. */
final class TextFunctions {
  private static final Parameter STRING = Parameter.STRING;
  private static final Parameter INTEGER = Parameter.INTEGER;

  private TextFunctions() {}

  static void addTo(FunctionTable table) {
    table.add("upper", of -> of.string(0).toUpperCase(Locale.ROOT), STRING);
    table.add("lower", of -> of.string(0).toLowerCase(Locale.ROOT), STRING);
    table.add("title", of -> title(of.string(0)), STRING);
    table.add("untitle", of -> untitled(of.string(0)), STRING);
    table.add("trim", of -> of.string(0).strip(), STRING);
    table.add("trimAll", of -> trimmed(of.string(1), of.string(0)), STRING, STRING);
    table.add("trimall", of -> trimmed(of.string(1), of.string(0)), STRING, STRING);
    table.add("trimPrefix", of -> withoutPrefix(of.string(1), of.string(0)), STRING, STRING);
    table.add("trimSuffix", of -> withoutSuffix(of.string(1), of.string(0)), STRING, STRING);
    table.add("nospace", of -> nospace(of.string(0)), STRING);
    table.add("contains", of -> of.string(1).contains(of.string(0)), STRING, STRING);
    table.add("hasPrefix", of -> of.string(1).startsWith(of.string(0)), STRING, STRING);
    table.add("hasSuffix", of -> of.string(1).endsWith(of.string(0)), STRING, STRING);
    table.add(
        "replace", of -> of.string(2).replace(of.string(0), of.string(1)), STRING, STRING, STRING);
    table.add("repeat", of -> repeated(of.string(1), of.integer(0)), INTEGER, STRING);
    table.add("indent", of -> indented(of.string(1), of.integer(0)), INTEGER, STRING);
    table.add("nindent", of -> "\n" + indented(of.string(1), of.integer(0)), INTEGER, STRING);
    table.add("trunc", of -> truncated(of.string(1), of.integer(0)), INTEGER, STRING);
    table.add(
        "substr", of -> part(of.string(2), of.integer(0), of.integer(1)), INTEGER, INTEGER, STRING);
    table.add(
        "plural", of -> of.integer(2) == 1 ? of.string(0) : of.string(1), STRING, STRING, INTEGER);
    table.addOpen("quote", Parameter.ANY, of -> each(of, v -> GoText.quoted(GoText.of(v))));
    table.addOpen("squote", Parameter.ANY, of -> each(of, v -> "'" + GoText.of(v) + "'"));
    table.addOpen("cat", Parameter.ANY, of -> each(of, GoText::of));
    table.add("toString", of -> GoText.of(of.any(0)), Parameter.ANY);
    table.add("toStrings", of -> strings(of.any(0)), Parameter.ANY);
    table.add("join", of -> String.join(of.string(0), texts(of.any(1))), STRING, Parameter.ANY);
    table.add("splitList", of -> strings(parts(of.string(0), of.string(1), -1)), STRING, STRING);
    table.add("split", of -> numbered(parts(of.string(0), of.string(1), -1)), STRING, STRING);
    table.add(
        "splitn",
        of -> numbered(parts(of.string(0), of.string(2), of.integer(1))),
        STRING,
        INTEGER,
        STRING);
    table.add(
        "b64enc",
        of -> Base64.getEncoder().encodeToString(of.string(0).getBytes(StandardCharsets.UTF_8)),
        STRING);
    table.add("b64dec", of -> decoded(of.string(0)), STRING);
    table.add("sha1sum", of -> digest("SHA-1", of.string(0)), STRING);
    table.add("sha256sum", of -> digest("SHA-256", of.string(0)), STRING);
    table.add("sha512sum", of -> digest("SHA-512", of.string(0)), STRING);
  }

  /** The texts of a list without its nils, or of one value. */
  static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> list.stream().filter(Objects::nonNull).map(GoText::of).toList();
      default -> List.of(GoText.of(value));
    };
  }

  private static List<@Nullable Object> strings(@Nullable Object value) {
    return new ArrayList<>(texts(value));
  }

  private interface Print {
    String of(Object value);
  }

  private static String each(Arguments of, Print print) {
    return of.values().stream()
        .filter(Objects::nonNull)
        .map(print::of)
        .collect(Collectors.joining(" "));
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int before = ' ';
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(separates(before) ? Character.toTitleCase(c) : c);
      before = c;
    }
    return out.toString();
  }

  private static boolean separates(int c) {
    if (Character.isLetterOrDigit(c) || c == '_') {
      return false;
    }
    return c < 0x80 || Character.isWhitespace(c);
  }

  private static String untitled(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int before = ' ';
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(Character.isWhitespace(before) ? Character.toLowerCase(c) : c);
      before = c;
    }
    return out.toString();
  }

  private static String trimmed(String text, String characters) {
    int start = 0;
    int end = text.length();
    while (start < end && characters.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && characters.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static String nospace(String text) {
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String repeated(String text, long count) {
    if (count < 0) {
      throw new FunctionException("negative Repeat count");
    }
    if (text.isEmpty()) {
      return "";
    }
    Limits.checkLength(Math.min(count, Limits.LENGTH + 1L) * text.length());
    return text.repeat((int) count);
  }

  private static String indented(String text, long spaces) {
    String padding = repeated(" ", spaces);
    long lines = text.chars().filter(c -> c == '\n').count() + 1;
    Limits.checkLength(lines * spaces + text.length());
    return padding + text.replace("\n", "\n" + padding);
  }

  private static String truncated(String text, long count) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (count < 0 && octets.length + count > 0) {
      return text(octets, (int) (octets.length + count), octets.length);
    }
    return count >= 0 && octets.length > count ? text(octets, 0, (int) count) : text;
  }

  private static String part(String text, long start, long end) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    long from = Math.max(0, start);
    long to = start >= 0 && (end < 0 || end > octets.length) ? octets.length : end;
    if (from > to || to > octets.length) {
      throw new FunctionException("slice bounds out of range [" + from + ":" + to + "]");
    }
    return text(octets, (int) from, (int) to);
  }

  private static String text(byte[] octets, int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.UTF_8);
  }

  /** The parts between separators; at most so many when the limit is not negative. */
  private static List<String> parts(String separator, String text, long limit) {
    List<String> parts = new ArrayList<>();
    if (limit == 0) {
      return parts;
    }
    if (separator.isEmpty()) {
      text.codePoints().forEach(c -> parts.add(Character.toString(c)));
      return parts;
    }
    int at = 0;
    for (int found = text.indexOf(separator);
        found >= 0 && (limit < 0 || parts.size() + 1 < limit);
        found = text.indexOf(separator, at)) {
      parts.add(text.substring(at, found));
      Limits.checkItems(parts.size());
      at = found + separator.length();
    }
    parts.add(text.substring(at));
    return parts;
  }

  /** A map with the parts as {@code _0}, {@code _1} and so on. */
  private static Map<String, @Nullable Object> numbered(List<String> parts) {
    Map<String, @Nullable Object> map = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      map.put("_" + i, parts.get(i));
    }
    return map;
  }

  /** A text that is no Base64 becomes an error's text, as in Sprig; padding is not optional. */
  private static String decoded(String text) {
    String digits = text.replace("\n", "").replace("\r", "");
    try {
      return digits.length() % 4 == 0
          ? new String(Base64.getDecoder().decode(digits), StandardCharsets.UTF_8)
          : "illegal base64 data";
    } catch (IllegalArgumentException e) {
      return "illegal base64 data";
    }
  }

  private static String digest(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is part of every Java runtime", e);
    }
  }
}
