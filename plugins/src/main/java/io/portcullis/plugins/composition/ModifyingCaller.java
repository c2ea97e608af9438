package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.plugins.composition.martian.Message;
import io.portcullis.plugins.composition.martian.Modifier;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Changes requests and answers on their way. Immutable. */
final class ModifyingCaller implements Caller {
  private final Caller next;
  private final Modifier modifier;

  ModifyingCaller(Caller next, Modifier modifier) {
    this.next = next;
    this.modifier = modifier;
  }

  @Override
  public CompletableFuture<Answer> call(Message.Outgoing request, Deadline deadline) {
    modifier.modify(request);
    CompletableFuture<Answer> call = next.call(request, deadline);
    Modified modified = new Modified(call);
    call.whenComplete((answer, failure) -> modified.arrived(request, answer, failure));
    return modified;
  }

  private final class Modified extends CompletableFuture<Answer> {
    private final CompletableFuture<Answer> call;

    Modified(CompletableFuture<Answer> call) {
      this.call = call;
    }

    void arrived(Message.Outgoing request, @Nullable Answer answer, @Nullable Throwable failure) {
      if (answer == null) {
        completeExceptionally(failure == null ? new IllegalStateException() : failure);
        return;
      }
      try {
        Answer changed = changed(modifier, request, answer);
        if (!complete(changed)) {
          FollowingCaller.drop(changed);
        }
      } catch (RuntimeException unexpected) {
        completeExceptionally(unexpected);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      call.cancel(mayInterruptIfRunning);
      return cancelled;
    }
  }

  /** The answer as the modifier leaves it; its header lines may be changed in place. */
  static Answer changed(Modifier modifier, Message.Outgoing request, Answer answer) {
    Message.Incoming incoming =
        new Message.Incoming(request, answer.status(), answer.headers(), answer.body());
    modifier.modify(incoming);
    BodyFlow flow = answer.flow();
    if (flow != null && incoming.isBodyReplaced()) {
      flow.cancel();
      flow = null;
    }
    return new Answer(incoming.status(), incoming.headers(), incoming.body(), flow);
  }
}
