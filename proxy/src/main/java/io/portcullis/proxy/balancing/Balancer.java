package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses among the targets of one service. Thread-safe; never blocks. */
public interface Balancer {
  /**
   * The target of the next try.
   *
   * @param exchange null for what is no client's request
   * @param tried targets that have failed this request; chosen again only when there is no other
   * @param loop runs {@code later}
   * @param later takes the answer if this one is {@link Pick.Waiting}, and only then
   */
  Pick pick(
      @Nullable Exchange exchange, List<Pick.Target> tried, Executor loop, Consumer<Pick> later);
}
