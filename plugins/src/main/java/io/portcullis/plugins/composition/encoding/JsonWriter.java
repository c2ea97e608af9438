package io.portcullis.plugins.composition.encoding;

import io.portcullis.plugins.composition.shape.NoObject;
import io.portcullis.plugins.composition.shape.OrderedObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes plain data as JSON: members by name, no white space, and {@code <}, {@code >} and {@code
 * &} escaped so that the text is safe inside of HTML.
 */
public final class JsonWriter {
  private static final int INITIAL = 512;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final Octets out = new Octets(INITIAL);

  private final boolean safeInHtml;

  private JsonWriter(boolean safeInHtml) {
    this.safeInHtml = safeInHtml;
  }

  public static byte[] write(Object value) {
    JsonWriter writer = new JsonWriter(true);
    writer.value(value);
    return writer.out.toBytes();
  }

  /** A text in quotes, in which nothing is escaped but what JSON itself demands. */
  static byte[] quoted(String text) {
    JsonWriter writer = new JsonWriter(false);
    writer.text(text);
    return writer.out.toBytes();
  }

  private void value(Object value) {
    switch (value) {
      case NoObject nothing when nothing.isEmpty() -> out.ascii("null");
      case Map<?, ?> object -> object(object);
      case List<?> list -> array(list);
      case String text -> text(text);
      default -> out.ascii(value.toString()); // numbers, booleans, null
    }
  }

  private void object(Map<?, ?> object) {
    String[] names = object.keySet().toArray(new String[0]);
    if (!(object instanceof OrderedObject)) {
      Arrays.sort(names);
    }
    out.ascii('{');
    for (int i = 0; i < names.length; i++) {
      if (i > 0) {
        out.ascii(',');
      }
      text(names[i]);
      out.ascii(':');
      Object value = object.get(names[i]);
      value(value == null ? "" : value);
    }
    out.ascii('}');
  }

  private void array(List<?> list) {
    out.ascii('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        out.ascii(',');
      }
      value(list.get(i));
    }
    out.ascii(']');
  }

  private void text(String text) {
    out.ascii('"');
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (isPlain(c)) {
          out.ascii(c);
        } else {
          escape(c);
        }
        i++;
      } else if (c == '\u2028' || c == '\u2029') {
        unicode(c);
        i++;
      } else {
        i += out.utf8(text, i);
      }
    }
    out.ascii('"');
  }

  private boolean isPlain(char c) {
    boolean ofHtml = c == '<' || c == '>' || c == '&';
    return c >= ' ' && c != '"' && c != '\\' && !(ofHtml && safeInHtml);
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> {
        out.ascii('\\');
        out.ascii(c);
      }
      case '\n' -> out.ascii("\\n");
      case '\r' -> out.ascii("\\r");
      case '\t' -> out.ascii("\\t");
      case '\b' -> out.ascii("\\b");
      case '\f' -> out.ascii("\\f");
      default -> unicode(c);
    }
  }

  private void unicode(char c) {
    out.ascii("\\u");
    out.ascii(HEX[c >> 12]);
    out.ascii(HEX[c >> 8 & 0xF]);
    out.ascii(HEX[c >> 4 & 0xF]);
    out.ascii(HEX[c & 0xF]);
  }
}
