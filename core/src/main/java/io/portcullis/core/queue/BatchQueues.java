package io.portcullis.core.queue;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Hands out queues by name, so that equal configurations share one. */
public interface BatchQueues {
  /**
   * The queue of that name, made on first use. Each call must be paired with one {@link #release}.
   *
   * @param name equal names share a queue; the settings of the first use count
   */
  BatchQueue acquire(String name, QueueSettings settings, Sender sender);

  /** Gives a queue back; the last one closes it after what it holds was sent or dropped. */
  void release(BatchQueue queue);

  /** What a queue stands in front of. Runs where blocking is allowed. */
  @FunctionalInterface
  interface Sender {
    /** Sends one batch. Failing the stage asks for a retry. */
    CompletionStage<?> send(List<byte[]> batch);

    /** Called once, when the queue is gone and nothing will be sent any more. */
    default void close() {}
  }
}
