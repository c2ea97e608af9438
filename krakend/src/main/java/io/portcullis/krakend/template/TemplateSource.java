package io.portcullis.krakend.template;

import java.util.Arrays;

/** A template's text with the name of its file, and the lines of the text. */
final class TemplateSource {
  private final String file;
  private final String text;
  private final int[] lineStarts;

  TemplateSource(String file, String text) {
    this.file = file;
    this.text = text;
    int[] starts = new int[16];
    int lines = 1;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (lines == starts.length) {
        starts = Arrays.copyOf(starts, lines * 2);
      }
      starts[lines++] = at + 1;
    }
    this.lineStarts = Arrays.copyOf(starts, lines);
  }

  String file() {
    return file;
  }

  String text() {
    return text;
  }

  String slice(Span span) {
    return text.substring(span.start(), span.end());
  }

  int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  Place place(int offset) {
    int line = line(offset);
    return new Place(file, line, offset - lineStarts[line - 1] + 1);
  }
}
