package io.portcullis.core.queue;

/**
 * A bounded queue of serialised entries in front of a sender. Adding never blocks.
 *
 * <p>Semantics are those of Kong 3.9's queue: head-of-line retry of the same batch, oldest entries
 * dropped when full.
 */
public interface BatchQueue {
  /**
   * Adds an entry; the array is kept. A single entry over {@code maxBytes} is refused with a log
   * line.
   */
  void add(byte[] entry);
}
