package io.portcullis.app.declarative;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A place in a file.
 *
 * @param parent null for the file as a whole
 * @param step a field's name, or an index counted from 0
 */
record Place(@Nullable Place parent, Object step) {
  static final Place TOP = new Place(null, "");

  Place then(Object next) {
    return new Place(this, next);
  }

  /** From the top of the file. */
  Deque<Object> steps() {
    Deque<Object> steps = new ArrayDeque<>();
    for (Place at = this; at.parent != null; at = at.parent) {
      steps.push(at.step);
    }
    return steps;
  }
}
