package io.portcullis.krakend.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as Go's encoder writes it and its decoder reads it: members sorted, {@code < > &} escaped,
 * every number a double.
 */
final class JsonText {
  private static final int MAX_DEPTH = 200;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final boolean markup;
  private final String indentation;
  private final StringBuilder out = new StringBuilder();

  private JsonText(boolean markup, String indentation) {
    this.markup = markup;
    this.indentation = indentation;
  }

  static String compact(@Nullable Object value) {
    return new JsonText(true, "").written(value);
  }

  /** Two spaces a level. */
  static String pretty(@Nullable Object value) {
    return new JsonText(true, "  ").written(value);
  }

  /** Compact, and {@code < > &} as they are. */
  static String raw(@Nullable Object value) {
    return new JsonText(false, "").written(value);
  }

  /**
   * The value of a text.
   *
   * @throws JacksonException if it is no JSON
   */
  static @Nullable Object read(String text) {
    return value(MAPPER.readTree(text));
  }

  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, @Nullable Object> map = new TreeMap<>();
        node.properties().forEach(member -> map.put(member.getKey(), value(member.getValue())));
        yield map;
      }
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>(node.size());
        node.forEach(item -> list.add(value(item)));
        yield list;
      }
      case STRING -> node.stringValue();
      case NUMBER -> Double.parseDouble(node.asString());
      case BOOLEAN -> node.booleanValue();
      default -> null;
    };
  }

  private String written(@Nullable Object value) {
    append(value, 0);
    return out.toString();
  }

  private void append(@Nullable Object value, int depth) {
    Limits.checkDepth(depth, MAX_DEPTH);
    Limits.checkLength(out.length());
    switch (value) {
      case null -> out.append("null");
      case String text -> string(text);
      case Double number -> out.append(number(number));
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object item : list) {
          out.append(separator);
          line(depth + 1);
          append(item, depth + 1);
          separator = ",";
        }
        close(']', list.isEmpty(), depth);
      }
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> member : new TreeMap<>(map).entrySet()) {
          out.append(separator);
          line(depth + 1);
          string(String.valueOf(member.getKey()));
          out.append(indentation.isEmpty() ? ":" : ": ");
          append(member.getValue(), depth + 1);
          separator = ",";
        }
        close('}', map.isEmpty(), depth);
      }
      default -> out.append(value);
    }
  }

  private void close(char bracket, boolean empty, int depth) {
    if (!empty) {
      line(depth);
    }
    out.append(bracket);
  }

  private void line(int depth) {
    if (!indentation.isEmpty()) {
      out.append('\n').repeat(indentation, depth);
    }
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new FunctionException("json: unsupported value: " + GoText.number(value));
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    double size = Math.abs(value);
    if (size >= 1e-6 && size < 1e21) {
      return digits.toPlainString();
    }
    return GoText.scientific(digits).replace("e-0", "e-");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          boolean escaped =
              c < ' '
                  || c == '\u2028'
                  || c == '\u2029'
                  || markup && (c == '<' || c == '>' || c == '&');
          if (escaped) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
