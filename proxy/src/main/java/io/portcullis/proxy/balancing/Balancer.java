package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Chooses among the targets of one service. Thread-safe; never blocks. */
public interface Balancer {
  /**
   * The target of the next try.
   *
   * @param attempt from 0
   * @param loop runs {@code later}
   * @param later takes the answer if this one is {@link Pick.Waiting}, and only then
   */
  Pick pick(Exchange exchange, int attempt, Executor loop, Consumer<Pick> later);
}
