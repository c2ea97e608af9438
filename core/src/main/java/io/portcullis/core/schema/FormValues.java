package io.portcullis.core.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads a form's texts as JSON scalars. */
final class FormValues {
  private static final Pattern DECIMAL =
      Pattern.compile("\\s*([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\\s*");
  private static final Pattern HEXADECIMAL =
      Pattern.compile("\\s*([+-]?)0[xX]([0-9a-fA-F]{1,13})\\s*");
  private static final int LONGEST_NUMBER = 400;

  private FormValues() {}

  /** A number as Lua reads it, else the text itself. */
  static JsonNode number(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return Json.of(text);
    }
    Matcher hexadecimal = HEXADECIMAL.matcher(text);
    if (hexadecimal.matches()) {
      long value = Long.parseLong(hexadecimal.group(2), 16);
      return Json.of(hexadecimal.group(1).equals("-") ? -value : value);
    }
    Matcher decimal = DECIMAL.matcher(text);
    if (!decimal.matches()) {
      return Json.of(text);
    }
    double value = Double.parseDouble(decimal.group(1));
    return value == Math.rint(value) && Math.abs(value) < 0x1p53
        ? Json.of((long) value)
        : Json.of(value);
  }

  static JsonNode bool(String text) {
    return switch (text) {
      case "true" -> Json.of(true);
      case "false" -> Json.of(false);
      default -> Json.of(text);
    };
  }
}
