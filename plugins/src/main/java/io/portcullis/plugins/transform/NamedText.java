package io.portcullis.plugins.transform;

import java.util.List;
import java.util.function.Function;

/**
 * An entry {@code name:value} of a configuration.
 *
 * @param name up to the first colon
 */
public record NamedText(String name, Text value) {
  /** Entries whose values are as they stand. */
  public static List<NamedText> fixed(List<String> entries) {
    return of(entries, Text::fixed);
  }

  /** Entries whose values are templates. */
  public static List<NamedText> templates(List<String> entries) {
    return of(entries, Template::of);
  }

  /** The part of an entry before the first colon; all of it when there is none. */
  public static String nameOf(String entry) {
    int colon = entry.indexOf(':');
    return colon < 0 ? entry : entry.substring(0, colon);
  }

  private static List<NamedText> of(List<String> entries, Function<String, Text> reader) {
    return entries.stream()
        .map(
            entry -> {
              int colon = entry.indexOf(':');
              return new NamedText(
                  nameOf(entry), reader.apply(colon < 0 ? "" : entry.substring(colon + 1)));
            })
        .toList();
  }
}
