package io.portcullis.app.node;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, closed in the reverse order; one that fails does not keep the others open. */
final class Closing {
  private static final System.Logger LOG = System.getLogger(Closing.class.getName());

  private final Deque<Runnable> steps = new ArrayDeque<>();

  void add(Runnable step) {
    steps.push(step);
  }

  void run() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "closing failed", e);
      }
    }
  }
}
