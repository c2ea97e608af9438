package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Waits for the whole of an answer whose body is on its way. */
final class CollectedFlow extends CompletableFuture<Answer> implements BodyFlow.Receiver {
  private final Answer head;
  private final BodyFlow body;
  private final int limit;
  private final Allowance memory;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  private CollectedFlow(Answer head, BodyFlow body, int limit, Allowance memory) {
    this.head = head;
    this.body = body;
    this.limit = limit;
    this.memory = memory;
  }

  /**
   * Begins.
   *
   * @param limit octets that are accepted
   * @param memory for them
   */
  static CompletableFuture<Answer> of(Answer head, BodyFlow body, int limit, Allowance memory) {
    CollectedFlow collected = new CollectedFlow(head, body, limit, memory);
    body.flowTo(collected);
    return collected;
  }

  @Override
  public void data(ByteBuffer data) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    if (octets.size() + (long) part.length > limit) {
      body.cancel();
      failed("an answer of more than " + limit + " octets");
    } else if (!memory.take(part.length)) {
      body.cancel();
      failed("no memory for an answer of this size");
    } else {
      octets.writeBytes(part);
    }
  }

  @Override
  public void paused() {
    // Everything is kept until the end.
  }

  @Override
  public void end() {
    complete(new Answer(head.status(), head.headers(), octets.toByteArray()));
  }

  @Override
  public void failed(String problem) {
    completeExceptionally(new IOException(problem));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      body.cancel();
    }
    return cancelled;
  }
}
