package io.portcullis.plugins.composition;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Several equal calls of a stage race: the first complete part counts and the others are given up.
 * Immutable.
 */
final class ConcurrentCalls implements Stage {
  private static final int SHARE_OF_TIMEOUT = 75;

  private final Stage stage;
  private final int count;

  ConcurrentCalls(Stage stage, int count) {
    this.stage = stage;
    this.count = count;
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    Race race = new Race(count);
    Deadline earlierDeadline = deadline.percent(SHARE_OF_TIMEOUT);
    for (int i = 0; i < count; i++) {
      race.add(stage.call(request, earlier, earlierDeadline));
    }
    return race;
  }

  private static final class Race extends CompletableFuture<Outcome> {
    private final Gathering gathering;

    Race(int count) {
      this.gathering = new Gathering(count);
    }

    void add(CompletableFuture<Outcome> call) {
      gathering.add(call);
      call.whenComplete((outcome, _) -> arrived(outcome));
    }

    private void arrived(Outcome outcome) {
      boolean won =
          outcome instanceof Outcome.Part part && part.complete() || outcome instanceof Outcome.Raw;
      boolean last = gathering.arrived();
      if ((won || last) && complete(outcome)) {
        gathering.cancel();
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      gathering.cancel();
      return cancelled;
    }
  }
}
