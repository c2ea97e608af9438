package io.portcullis.krakend.template;

import java.util.List;

/**
 * What became of a template.
 *
 * @param text the whole text
 * @param origins for each of its lines, the file and line of the template that its first character
 *     came from, as {@code file:line}
 */
public record RenderedFile(String text, List<String> origins) {
  public RenderedFile {
    origins = List.copyOf(origins);
  }

  /** Where a line, counted from 1, came from; the nearest known place for a line beyond. */
  public String origin(int line) {
    return origins.isEmpty() ? "" : origins.get(Math.clamp(line, 1, origins.size()) - 1);
  }
}
