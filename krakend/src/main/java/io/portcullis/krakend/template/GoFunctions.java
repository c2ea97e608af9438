package io.portcullis.krakend.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions that Go's templates have themselves. {@code and} and {@code or} are evaluated by
 * {@link TemplateRun}, since they do not always look at all arguments.
 */
final class GoFunctions {
  private GoFunctions() {}

  static void addTo(FunctionTable table) {
    table.addOpen("and", Parameter.ANY, GoFunctions::lazy, Parameter.ANY);
    table.addOpen("or", Parameter.ANY, GoFunctions::lazy, Parameter.ANY);
    table.add("not", of -> !GoValues.truth(of.any(0)), Parameter.ANY);
    table.addOpen("eq", Parameter.ANY, GoFunctions::equalToAny, Parameter.ANY);
    table.add("ne", of -> !GoValues.equal(of.any(0), of.any(1)), Parameter.ANY, Parameter.ANY);
    table.add("lt", of -> GoValues.order(of.any(0), of.any(1)) < 0, Parameter.ANY, Parameter.ANY);
    table.add("le", of -> GoValues.order(of.any(0), of.any(1)) <= 0, Parameter.ANY, Parameter.ANY);
    table.add("gt", of -> GoValues.order(of.any(0), of.any(1)) > 0, Parameter.ANY, Parameter.ANY);
    table.add("ge", of -> GoValues.order(of.any(0), of.any(1)) >= 0, Parameter.ANY, Parameter.ANY);
    table.add("len", of -> GoValues.length(of.any(0)), Parameter.ANY);
    table.addOpen("index", Parameter.ANY, GoFunctions::index, Parameter.ANY);
    table.addOpen("print", Parameter.ANY, of -> print(of.values()));
    table.addOpen("println", Parameter.ANY, of -> spaced(of.values()) + "\n");
    table.addOpen(
        "printf", Parameter.ANY, of -> GoFormat.print(of.string(0), of.from(1)), Parameter.STRING);
    table.addOpen("html", Parameter.ANY, of -> html(print(of.values())));
    table.addOpen("js", Parameter.ANY, of -> script(print(of.values())));
    table.addOpen("urlquery", Parameter.ANY, of -> query(print(of.values())));
  }

  private static Object lazy(Arguments arguments) {
    throw new IllegalStateException("and, or are evaluated step by step");
  }

  private static boolean equalToAny(Arguments of) {
    if (of.size() == 1) {
      throw new FunctionException("missing argument for comparison");
    }
    for (Object other : of.from(1)) {
      if (GoValues.equal(of.any(0), other)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Object index(Arguments of) {
    Object item = of.any(0);
    if (item == null) {
      throw new FunctionException("index of untyped nil");
    }
    for (Object index : of.from(1)) {
      item =
          switch (item) {
            case null -> throw new FunctionException("index of nil pointer");
            case List<?> list -> list.get(position(index, list.size()));
            case String text -> {
              byte[] octets = text.getBytes(StandardCharsets.UTF_8);
              yield (long) Byte.toUnsignedInt(octets[position(index, octets.length)]);
            }
            case Map<?, ?> map -> {
              if (!(index instanceof String key)) {
                throw new FunctionException(
                    "value has type " + GoValues.typeName(index) + "; should be string");
              }
              yield map.get(key);
            }
            default ->
                throw new FunctionException("can't index item of type " + GoValues.typeName(item));
          };
    }
    return item;
  }

  private static int position(@Nullable Object index, int size) {
    if (!(index instanceof Long position)) {
      throw new FunctionException(
          "cannot index slice/array with "
              + (index == null ? "nil" : "type " + GoValues.typeName(index)));
    }
    if (position < 0 || position >= size) {
      throw new FunctionException("index out of range: " + position);
    }
    return position.intValue();
  }

  /** A space stands between two values neither of which is a text. */
  static String print(List<@Nullable Object> values) {
    StringBuilder out = new StringBuilder();
    boolean text = true;
    for (Object value : values) {
      boolean wasText = text;
      text = value instanceof String;
      if (!out.isEmpty() && !wasText && !text) {
        out.append(' ');
      }
      out.append(GoText.of(value));
      Limits.checkLength(out.length());
    }
    return out.toString();
  }

  private static String spaced(List<@Nullable Object> values) {
    StringBuilder out = new StringBuilder();
    String separator = "";
    for (Object value : values) {
      out.append(separator).append(GoText.of(value));
      separator = " ";
    }
    return out.toString();
  }

  private static String html(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case 0 -> out.append('\uFFFD');
                case '"' -> out.append("&#34;");
                case '\'' -> out.append("&#39;");
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append((char) c);
              }
            });
    return out.toString();
  }

  private static String script(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\', '\'', '"' -> out.append('\\').append((char) c);
                case '<', '>', '&', '=' -> out.append(unicode(c));
                default -> {
                  if (c < ' ' || c >= 0x80 && !GoText.isPrintable(c)) {
                    out.append(unicode(c));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.toString();
  }

  private static String unicode(int c) {
    return String.format(Locale.ROOT, "\\u%04X", c);
  }

  private static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }
}
