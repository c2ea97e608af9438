package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.composition.martian.Message;
import java.util.concurrent.CompletableFuture;

/** A step on the way to the wire. */
interface Caller {
  /**
   * Starts without blocking; the future fails with an {@link java.io.IOException}, and cancelling
   * it gives the call up.
   */
  CompletableFuture<UpstreamCaller.Answer> call(Message.Outgoing request, Deadline deadline);
}
