package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Chooses among the targets of one service. Thread-safe; never blocks. */
public interface Balancer {
  /**
   * The target of the next try.
   *
   * @param tried targets that have failed this request; chosen again only when there is no other
   * @param loop runs {@code later}
   * @param later takes the answer if this one is {@link Pick.Waiting}, and only then
   */
  Pick pick(Exchange exchange, List<Pick.Target> tried, Executor loop, Consumer<Pick> later);
}
