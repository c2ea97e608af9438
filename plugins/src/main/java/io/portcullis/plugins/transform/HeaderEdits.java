package io.portcullis.plugins.transform;

import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Changes to the header lines of a message: removes, renames, replaces what is there, adds what is
 * not, appends; in this order. Immutable.
 */
public final class HeaderEdits {
  private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

  private final String[] removed;
  private final Renaming[] renamed;
  private final Line[] replaced;
  private final Line[] added;
  private final Line[] appended;

  /**
   * @param remove names
   * @param rename entries {@code old:new}
   * @throws IllegalArgumentException for a name that no header has
   */
  public HeaderEdits(
      List<String> remove,
      List<String> rename,
      List<NamedText> replace,
      List<NamedText> add,
      List<NamedText> append) {
    this.removed = remove.stream().map(HeaderEdits::name).toArray(String[]::new);
    this.renamed =
        NamedText.fixed(rename).stream()
            .map(
                entry ->
                    new Renaming(
                        name(entry.name()), name(entry.value().of(TemplateSource.NOTHING))))
            .filter(entry -> !entry.from.equals(entry.to))
            .toArray(Renaming[]::new);
    this.replaced = lines(replace);
    this.added = lines(add);
    this.appended = lines(append);
  }

  /** Whether no message is changed by this. */
  public boolean isEmpty() {
    return removed.length + renamed.length + replaced.length + added.length + appended.length == 0;
  }

  /** Whether a value depends on the request. */
  public boolean usesTemplates() {
    for (Line[] lines : new Line[][] {replaced, added, appended}) {
      for (Line line : lines) {
        if (!line.value.isFixed()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Changes the lines. */
  public void apply(Headers headers, TemplateSource source) {
    for (String name : removed) {
      headers.remove(name);
    }
    for (Renaming renaming : renamed) {
      rename(headers, renaming);
    }
    for (Line line : replaced) {
      if (headers.contains(line.name)) {
        headers.set(line.name, line.text(source));
      }
    }
    for (Line line : added) {
      if (!headers.contains(line.name)) {
        headers.add(line.name, line.text(source));
      }
    }
    for (Line line : appended) {
      headers.add(line.name, line.text(source));
    }
  }

  private static void rename(Headers headers, Renaming renaming) {
    if (!headers.contains(renaming.from)) {
      return;
    }
    List<String> values = headers.all(renaming.from);
    headers.remove(renaming.from);
    headers.remove(renaming.to);
    for (int i = 0; i < values.size(); i++) {
      headers.add(renaming.to, values.get(i));
    }
  }

  private static Line[] lines(List<NamedText> entries) {
    List<Line> lines = new ArrayList<>(entries.size());
    for (NamedText entry : entries) {
      Text value = entry.value();
      if (value.isFixed()) {
        value = new Text.Fixed(OctetText.headerValue(value.of(TemplateSource.NOTHING)));
      }
      lines.add(new Line(name(entry.name()), value));
    }
    return lines.toArray(Line[]::new);
  }

  private static String name(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean legal =
          c >= '0' && c <= '9'
              || c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || NAME_MARKS.indexOf(c) >= 0;
      if (!legal) {
        throw new IllegalArgumentException("'" + name + "' is not the name of a header");
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header without a name");
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private record Renaming(String from, String to) {}

  private record Line(String name, Text value) {
    String text(TemplateSource source) {
      return value.isFixed() ? value.of(source) : OctetText.headerValue(value.of(source));
    }
  }
}
