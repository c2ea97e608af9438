package io.portcullis.krakend.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the lines where the tables and keys of a TOML text start. For one thread. */
final class TomlLines {
  private static final Pattern STEP =
      Pattern.compile("\\s*(?:([A-Za-z0-9_-]+)|\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)')\\s*");
  private static final String SEPARATOR = "\u0000";

  private final Map<String, Position> found = new HashMap<>();

  /** How many tables of an array there were, by its path. */
  private final Map<String, Integer> tables = new HashMap<>();

  private String table = "";

  private TomlLines() {}

  /** Places by {@link #below path}. */
  static Map<String, Position> of(String text) {
    TomlLines lines = new TomlLines();
    int number = 0;
    String inside = "";
    for (String line : text.split("\n", -1)) {
      number++;
      if (inside.isEmpty()) {
        lines.line(line, number);
      }
      inside = longText(line, inside);
    }
    return lines.found;
  }

  /** The path of a member; of an array's item with {@code #} and its index. */
  static String below(String path, String step) {
    return path + SEPARATOR + step;
  }

  /** The quotes of the long text that goes on in the next line; empty when none does. */
  private static String longText(String line, String inside) {
    String quotes = inside;
    for (int i = 0; i + 2 < line.length(); i++) {
      String three = line.substring(i, i + 3);
      if (quotes.isEmpty() ? three.equals("\"\"\"") || three.equals("'''") : three.equals(quotes)) {
        quotes = quotes.isEmpty() ? three : "";
        i += 2;
      }
    }
    return quotes;
  }

  private void line(String line, int number) {
    String text = line.strip();
    Position at = new Position(number, line.indexOf(text) + 1);
    boolean several = text.startsWith("[[");
    if (text.startsWith("[")) {
      List<String> steps = steps(text.substring(several ? 2 : 1), ']');
      if (steps != null) {
        table = "";
        for (int i = 0; i < steps.size(); i++) {
          boolean last = i == steps.size() - 1;
          String path = below(table, steps.get(i));
          if (last && several) {
            int index = tables.merge(path, 1, Integer::sum) - 1;
            found.putIfAbsent(path, at);
            path = below(path, "#" + index);
          } else if (tables.containsKey(path)) {
            path = below(path, "#" + (tables.get(path) - 1));
          }
          table = path;
          found.putIfAbsent(table, at);
        }
      }
      return;
    }
    List<String> steps = steps(text, '=');
    if (steps != null) {
      String path = table;
      for (String step : steps) {
        path = below(path, step);
        found.putIfAbsent(path, at);
      }
    }
  }

  /** Dotted steps up to {@code end}; null when the text is something else. */
  private static @Nullable List<String> steps(String text, char end) {
    List<String> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    int from = 0;
    while (step.region(from, text.length()).lookingAt()) {
      String quoted = step.group(2) == null ? step.group(3) : step.group(2);
      steps.add(step.group(1) == null ? String.valueOf(quoted) : step.group(1));
      from = step.end();
      if (from >= text.length()) {
        return null;
      }
      if (text.charAt(from) == end) {
        return steps;
      }
      if (text.charAt(from) != '.') {
        return null;
      }
      from++;
    }
    return null;
  }
}
