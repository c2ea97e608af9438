package io.portcullis.app.declarative;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.reader.StreamReader;
import tools.jackson.databind.JsonNode;

/** Writes trees as YAML in block form, as they come. For one thread. */
final class YamlText {
  /** What no reader takes for anything but text, whatever its version of YAML. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");

  private static final Pattern WORD = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");
  private static final int STEP = 2;

  private final Appendable out;

  YamlText(Appendable out) {
    this.out = out;
  }

  /** A line of the document that is YAML already. */
  void line(String text) {
    put(text + "\n");
  }

  /** Starts a list of the document, whose items follow. */
  void list(String name) {
    put(name + ":\n");
  }

  /** An item of the list that was started last. */
  void item(JsonNode item) {
    put("-");
    value(0, item, /* inItem= */ true);
  }

  private void write(int indent, String name, JsonNode value) {
    put(scalar(name) + ":");
    value(indent, value, /* inItem= */ false);
  }

  /**
   * What follows a field's colon or an item's dash, up to the end of its last line.
   *
   * @param indent of the field or dash
   */
  private void value(int indent, JsonNode value, boolean inItem) {
    if (value.isObject() && !value.isEmpty()) {
      boolean first = inItem;
      put(inItem ? " " : "\n");
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        put(first ? "" : " ".repeat(indent + STEP));
        first = false;
        write(indent + STEP, entry.getKey(), entry.getValue());
      }
    } else if (value.isArray() && !value.isEmpty()) {
      boolean first = inItem;
      put(inItem ? " " : "\n");
      for (JsonNode item : value) {
        put((first ? "" : " ".repeat(indent + STEP)) + "-");
        first = false;
        value(indent + STEP, item, /* inItem= */ true);
      }
    } else if (value.isString() && isBlock(value.stringValue())) {
      put(" |\n");
      for (String line : value.stringValue().split("\n", -1)) {
        put(line.isEmpty() ? "" : " ".repeat(indent + STEP) + line + "\n");
      }
    } else {
      put(" " + (value.isString() ? scalar(value.stringValue()) : number(value)) + "\n");
    }
  }

  private static String number(JsonNode value) {
    return value.isNumber() && !value.isIntegralNumber()
        ? value.decimalValue().toPlainString()
        : value.toString();
  }

  private static String scalar(String text) {
    return PLAIN.matcher(text).matches() && !WORD.matcher(text).matches() ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"', '\\' -> quoted.append('\\').appendCodePoint(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (c < ' ' || isLineBreak(c) || !StreamReader.isPrintable(c)) {
                    quoted.append("\\u").append(HexFormat.of().toHexDigits((char) c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  /** Beside the line feed, in YAML 1.1. */
  private static boolean isLineBreak(int c) {
    return c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  /** Whether a text is lines of print, as certificates are, and reads best as such. */
  private static boolean isBlock(String text) {
    if (!text.endsWith("\n") || text.indexOf('\n') == text.length() - 1 || text.charAt(0) == ' ') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineEnd = c == '\n' && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
      if (!lineEnd && (c < ' ' || c > '~')) {
        return false;
      }
    }
    return text.charAt(0) != '\n';
  }

  private void put(String text) {
    try {
      out.append(text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
