package io.portcullis.plugins.composition;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** What is made of another outcome; cancelling it gives up the other one too. */
final class DerivedOutcome extends CompletableFuture<Outcome> {
  private final CompletableFuture<Outcome> source;

  DerivedOutcome(CompletableFuture<Outcome> source, UnaryOperator<Outcome> change) {
    this.source = source;
    source.whenComplete(
        (outcome, failure) -> {
          if (outcome == null || failure != null) {
            cancel(false);
            return;
          }
          try {
            complete(change.apply(outcome));
          } catch (RuntimeException unexpected) {
            completeExceptionally(unexpected);
          }
        });
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    source.cancel(mayInterruptIfRunning);
    return cancelled;
  }
}
