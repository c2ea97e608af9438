package io.portcullis.core.plugin;

import java.util.function.Supplier;

/** Objects that live as long as the node. Thread-safe. */
@FunctionalInterface
public interface SharedState {
  /**
   * The one object of that type on this node, made by the first who asks. It outlives every
   * configuration; it is how the handlers of one plugin, and the gateway itself, share state
   * without a static.
   *
   * @param first makes the object; may run more than once, one result is kept
   */
  <T> T shared(Class<T> type, Supplier<? extends T> first);
}
