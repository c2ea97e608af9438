package io.portcullis.krakend.template;

/** Part of a template's text, by offsets. */
record Span(int start, int end) {
  Span to(Span other) {
    return new Span(start, other.end);
  }
}
