package io.portcullis.core.plugin;

import java.util.concurrent.atomic.AtomicLong;

/** Counters of fixed time windows, kept in this node's memory and shared by all configurations. */
public interface CounterStore {
  /**
   * The counter of {@code key} in the window that starts at {@code windowStart}; a new one starts
   * at 0. Never blocks.
   *
   * @param key with {@code equals} and {@code hashCode}; names everything but the window
   * @param windowStart milliseconds since 1970
   * @param lifetime milliseconds after {@code windowStart} for which the counter must be kept
   */
  AtomicLong counter(Object key, long windowStart, long lifetime);
}
