package io.portcullis.plugins.composition.encoding;

import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes plain data as YAML in block style, members by name. */
final class YamlWriter {
  private static final int INITIAL = 512;
  private static final String INDENT = "    ";
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./ -]*[A-Za-z0-9_./-]|[A-Za-z]");
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

  private void members(Map<?, ?> object, int depth) {
    Map<String, Object> sorted = new TreeMap<>();
    object.forEach((name, value) -> sorted.put(String.valueOf(name), value));
    for (Map.Entry<String, Object> member : sorted.entrySet()) {
      indent(depth);
      text(member.getKey());
      out.ascii(':');
      value(member.getValue(), depth);
    }
  }

  private void elements(List<?> list, int depth) {
    for (Object element : list) {
      indent(depth);
      out.ascii('-');
      value(element, depth);
    }
  }

  /** What follows a colon or a dash, with the end of the line. */
  private void value(Object value, int depth) {
    switch (value) {
      case Map<?, ?> object when !object.isEmpty() -> {
        out.ascii('\n');
        members(object, depth + 1);
        return;
      }
      case List<?> list when !list.isEmpty() -> {
        out.ascii('\n');
        elements(list, depth + 1);
        return;
      }
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
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    // A JSON string is a legal quoted scalar.
    out.utf8(plain ? text : new String(JsonWriter.write(text), StandardCharsets.UTF_8));
  }

  private void indent(int depth) {
    for (int i = 0; i < depth; i++) {
      out.ascii(INDENT);
    }
  }
}
