package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.List;

/** The output of a template while it runs, with where its lines come from, and what is spent. */
final class Rendering {
  private final StringBuilder text = new StringBuilder();
  private final List<String> origins = new ArrayList<>();
  private boolean atLineStart = true;
  private int steps;

  /** Adds text of the template itself: its lines are the template's lines. */
  void copy(String copied, TemplateSource source, int offset) {
    append(copied, source, offset, 1);
  }

  /** Adds a value: all of it comes from where the action stands. */
  void print(String value, TemplateSource source, int offset) {
    append(value, source, offset, 0);
  }

  private void append(String added, TemplateSource source, int offset, int stride) {
    text.append(added);
    Limits.checkLength(text.length());
    for (int at = 0; at < added.length(); ) {
      if (atLineStart) {
        origins.add(source.file() + ":" + source.line(offset + at * stride));
      }
      int end = added.indexOf('\n', at);
      atLineStart = end >= 0;
      at = atLineStart ? end + 1 : added.length();
    }
  }

  void step() {
    if (++steps > Limits.STEPS) {
      throw new FunctionException("gave up after " + Limits.STEPS + " steps");
    }
  }

  RenderedFile finished() {
    return new RenderedFile(text.toString(), origins);
  }
}
