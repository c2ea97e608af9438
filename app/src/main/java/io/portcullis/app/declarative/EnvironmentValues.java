package io.portcullis.app.declarative;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts variables of the environment into a file where it says <code>${{ env "DECK_NAME" }}</code>,
 * as decK does. Only variables with decK's or our prefix can be had, so that a file cannot tell of
 * the others. A filter after a bar is allowed: toBool, toInt and toFloat change nothing, since the
 * value stands in the file as it is; {@code indent N} indents all lines but the first.
 */
public final class EnvironmentValues {
  private static final Pattern PLACE =
      Pattern.compile(
          "\\$\\{\\{\\s*env\\s+[\"'`]([A-Za-z0-9_]+)[\"'`]\\s*(?:\\|\\s*([A-Za-z]+)(?:\\s+(\\d{1,3}))?\\s*)?}}");
  private static final List<String> PREFIXES = List.of("DECK_", "PORTCULLIS_DECLARATIVE_");

  private final Map<String, String> environment;

  public EnvironmentValues(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * The text with values in it.
   *
   * @throws MissingValuesException naming all variables that are not set or may not be had
   */
  public String fill(String text) throws MissingValuesException {
    if (!text.contains("${{")) {
      return text;
    }
    StringBuilder filled = new StringBuilder();
    List<String> problems = new ArrayList<>();
    Matcher place = PLACE.matcher(text);
    while (place.find()) {
      String name = place.group(1);
      String value = environment.get(name);
      if (PREFIXES.stream().noneMatch(name::startsWith)) {
        problems.add("'" + name + "' does not start with " + String.join(" or ", PREFIXES));
      } else if (value == null) {
        problems.add("'" + name + "' is not set");
      } else {
        place.appendReplacement(filled, Matcher.quoteReplacement(filtered(value, place)));
      }
    }
    if (!problems.isEmpty()) {
      throw new MissingValuesException(
          problems.stream().distinct().collect(Collectors.joining(", ", "environment: ", "")));
    }
    return place.appendTail(filled).toString();
  }

  private static String filtered(String value, Matcher place) {
    if (!"indent".equals(place.group(2)) || place.group(3) == null) {
      return value;
    }
    return value.replace("\n", "\n" + " ".repeat(Integer.parseInt(place.group(3))));
  }

  /** A file that asks for what the environment does not have; the message is one line. */
  public static final class MissingValuesException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingValuesException(String message) {
      super(message);
    }
  }
}
