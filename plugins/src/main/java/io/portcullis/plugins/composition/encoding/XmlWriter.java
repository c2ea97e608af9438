package io.portcullis.plugins.composition.encoding;

import io.portcullis.plugins.composition.shape.JsonNull;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes plain data as XML: a single member is the root, several stand in {@code <doc>}; members
 * that begin with {@code -} are attributes, {@code #text} is text, arrays are repeated elements.
 */
final class XmlWriter {
  private static final String ROOT = "doc";
  private static final int INITIAL = 512;

  private final Octets out = new Octets(INITIAL);

  private XmlWriter() {}

  static byte[] write(Map<String, Object> object) {
    XmlWriter writer = new XmlWriter();
    Map.Entry<String, Object> only =
        object.size() == 1 ? object.entrySet().iterator().next() : null;
    if (only != null
        && !(only.getValue() instanceof List)
        && !only.getKey().startsWith(XmlReader.ATTRIBUTE)
        && !only.getKey().equals(XmlReader.TEXT)) {
      writer.element(only.getKey(), only.getValue());
    } else {
      writer.element(ROOT, object);
    }
    return writer.out.toBytes();
  }

  private void element(String name, Object value) {
    if (value instanceof List<?> list && !list.isEmpty()) {
      list.forEach(item -> element(name, item));
      return;
    }
    String tag = name(name);
    out.ascii('<');
    out.utf8(tag);
    if (value instanceof Map<?, ?> object) {
      contents(tag, sorted(object));
      return;
    }
    String text = value == JsonNull.NULL || value instanceof List ? "" : value.toString();
    if (text.isEmpty()) {
      out.ascii("/>");
      return;
    }
    out.ascii('>');
    text(text);
    end(tag);
  }

  private void contents(String tag, Map<String, Object> members) {
    boolean empty = true;
    for (Map.Entry<String, Object> member : members.entrySet()) {
      if (member.getKey().startsWith(XmlReader.ATTRIBUTE) && isScalar(member.getValue())) {
        out.ascii(' ');
        out.utf8(name(member.getKey().substring(1)));
        out.ascii("=\"");
        text(member.getValue() == JsonNull.NULL ? "" : member.getValue().toString());
        out.ascii('"');
      } else {
        empty = false;
      }
    }
    if (empty) {
      out.ascii("/>");
      return;
    }
    out.ascii('>');
    for (Map.Entry<String, Object> member : members.entrySet()) {
      if (member.getKey().equals(XmlReader.TEXT) && isScalar(member.getValue())) {
        text(member.getValue().toString());
      } else if (!(member.getKey().startsWith(XmlReader.ATTRIBUTE)
          && isScalar(member.getValue()))) {
        element(member.getKey(), member.getValue());
      }
    }
    end(tag);
  }

  private void end(String tag) {
    out.ascii("</");
    out.utf8(tag);
    out.ascii('>');
  }

  private static boolean isScalar(Object value) {
    return !(value instanceof Map) && !(value instanceof List);
  }

  private static Map<String, Object> sorted(Map<?, ?> object) {
    Map<String, Object> sorted = new TreeMap<>();
    object.forEach((name, value) -> sorted.put(String.valueOf(name), value));
    return sorted;
  }

  /** A legal name: other characters become underscores. */
  private static String name(String text) {
    StringBuilder name = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean start = Character.isLetter(c) || c == '_';
      boolean inner = start || Character.isDigit(c) || c == '-' || c == '.';
      if (i == 0 && !start && inner) {
        name.append('_');
      }
      name.append(inner ? c : '_');
    }
    return name.isEmpty() ? "_" : name.toString();
  }

  private void text(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.ascii("&amp;");
        case '<' -> out.ascii("&lt;");
        case '>' -> out.ascii("&gt;");
        case '"' -> out.ascii("&quot;");
        case '\'' -> out.ascii("&apos;");
        case '\n', '\t', '\r' -> out.ascii(c);
        default -> {
          if (c >= ' ') {
            i += out.utf8(text, i) - 1;
          } // other controls have no place in XML
        }
      }
      i++;
    }
  }
}
