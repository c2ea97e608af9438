package io.portcullis.plugins.composition.encoding;

import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes plain data as YAML in block style, members by name. */
final class YamlWriter {
  private static final int INITIAL = 512;
  private static final int STEP = 2;

  /** Plain inside of a word besides letters and digits. */
  private static final String INNER = "_./?&=%+@~-";

  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  private final Octets out = new Octets(INITIAL);

  private YamlWriter() {}

  static byte[] write(Map<String, Object> object) {
    YamlWriter writer = new YamlWriter();
    if (object.isEmpty()) {
      writer.out.ascii("{}\n");
    } else {
      writer.members(object, 0);
    }
    return writer.out.toBytes();
  }

  /** Members, one a line; the first goes where the line stands already. */
  private void members(Map<?, ?> object, int column) {
    Map<String, Object> sorted = new TreeMap<>();
    object.forEach((name, value) -> sorted.put(String.valueOf(name), value));
    boolean first = true;
    for (Map.Entry<String, Object> member : sorted.entrySet()) {
      if (!first) {
        indent(column);
      }
      first = false;
      text(member.getKey());
      out.ascii(':');
      switch (member.getValue()) {
        case Map<?, ?> inner when !inner.isEmpty() -> {
          out.ascii('\n');
          indent(column + STEP);
          members(inner, column + STEP);
        }
        case List<?> list when !list.isEmpty() -> {
          out.ascii('\n');
          indent(column);
          elements(list, column);
        }
        default -> scalar(member.getValue());
      }
    }
  }

  private void elements(List<?> list, int column) {
    boolean first = true;
    for (Object element : list) {
      if (!first) {
        indent(column);
      }
      first = false;
      out.ascii('-');
      switch (element) {
        case Map<?, ?> inner when !inner.isEmpty() -> {
          out.ascii(' ');
          members(inner, column + STEP);
        }
        case List<?> inner when !inner.isEmpty() -> {
          out.ascii(' ');
          elements(inner, column + STEP);
        }
        default -> scalar(element);
      }
    }
  }

  /** What follows a colon or a dash, with the end of the line. */
  private void scalar(Object value) {
    switch (value) {
      case Map<?, ?> _ -> out.ascii(" {}");
      case List<?> _ -> out.ascii(" []");
      case NumberLiteral number -> {
        out.ascii(' ');
        out.ascii(number.text());
      }
      case Boolean truth -> out.ascii(truth ? " true" : " false");
      case JsonNull _ -> out.ascii(" null");
      default -> {
        out.ascii(' ');
        text(value.toString());
      }
    }
    out.ascii('\n');
  }

  private void text(String text) {
    boolean plain = isPlain(text) && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    // A JSON string is a legal quoted scalar.
    out.utf8(plain ? text : new String(JsonWriter.quoted(text), StandardCharsets.UTF_8));
  }

  /** Words that begin with a letter, or with a dash before one, and the colons of URLs. */
  private static boolean isPlain(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    if (start == text.length() || !isLetter(text.charAt(start))) {
      return false;
    }
    int last = text.length() - 1;
    for (int i = start; i <= last; i++) {
      char c = text.charAt(i);
      boolean inner = isLetter(c) || c >= '0' && c <= '9' || INNER.indexOf(c) >= 0;
      boolean between = i < last && (c == ' ' || c == ':' && text.charAt(i + 1) != ' ');
      if (!inner && !between) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void indent(int columns) {
    for (int i = 0; i < columns; i++) {
      out.ascii(' ');
    }
  }
}
