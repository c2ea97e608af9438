package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.shape.NoObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls all stages at once and puts their parts together as they arrive: a member that several
 * parts have is the last one's. Immutable.
 */
final class ParallelMerge implements Stage {
  /** The rest is for putting together and writing what came. */
  static final int SHARE_OF_TIMEOUT = 85;

  private final List<Stage> stages;

  ParallelMerge(List<Stage> stages) {
    this.stages = List.copyOf(stages);
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    Merge merge = new Merge(stages.size());
    Deadline shared = deadline.percent(SHARE_OF_TIMEOUT);
    for (Stage stage : stages) {
      merge.add(stage.call(request, earlier, shared));
    }
    return merge;
  }

  private static final class Merge extends CompletableFuture<Outcome> {
    private final Gathering gathering;
    private final Map<String, Object> data = new LinkedHashMap<>();
    private final StringJoiner failures = new StringJoiner("\n");
    private boolean some;
    private boolean failed;
    private boolean complete = true;

    Merge(int count) {
      this.gathering = new Gathering(count);
    }

    void add(CompletableFuture<Outcome> call) {
      gathering.add(call);
      call.whenComplete((outcome, _) -> arrived(outcome));
    }

    private void arrived(@Nullable Outcome outcome) {
      synchronized (data) {
        take(outcome);
      }
      if (gathering.arrived()) {
        complete(result());
      }
    }

    private void take(@Nullable Outcome outcome) {
      switch (outcome) {
        case Outcome.Part part -> {
          some = true;
          complete &= part.complete() && !(part.data() instanceof NoObject);
          data.putAll(part.data());
        }
        case Outcome.Failed failure -> {
          complete = false;
          failed = true;
          failures.add(failure.message());
        }
        case Outcome.Raw _ -> some = true;
        case null -> {
          complete = false;
          failed = true;
        }
      }
    }

    private Outcome result() {
      synchronized (data) {
        return some
            ? new Outcome.Part(data, complete, failed)
            : Outcome.Failed.because(failures.toString());
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
