package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.shape.NoObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls stages one after another; each may use what those before it answered. The first that fails
 * or lacks something ends the chain, with what there is until then. Immutable.
 */
final class Sequence implements Stage {
  private final List<Stage> stages;

  Sequence(List<Stage> stages) {
    this.stages = List.copyOf(stages);
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    Chain chain = new Chain(request, deadline.percent(ParallelMerge.SHARE_OF_TIMEOUT));
    chain.next();
    return chain;
  }

  private final class Chain extends CompletableFuture<Outcome> {
    private final ClientRequest request;
    private final Deadline deadline;
    private final List<Map<String, Object>> answers = new ArrayList<>();
    private final Map<String, Object> data = new LinkedHashMap<>();
    private boolean whole = true;
    private volatile @Nullable CompletableFuture<Outcome> current;

    Chain(ClientRequest request, Deadline deadline) {
      this.request = request;
      this.deadline = deadline;
    }

    void next() {
      CompletableFuture<Outcome> call =
          stages.get(answers.size()).call(request, List.copyOf(answers), deadline);
      current = call;
      if (isDone()) {
        call.cancel(false);
      }
      call.whenComplete((outcome, _) -> arrived(outcome));
    }

    private void arrived(@Nullable Outcome outcome) {
      switch (outcome) {
        case Outcome.Part part -> {
          data.putAll(part.data());
          whole &= !(part.data() instanceof NoObject);
          answered(part.data(), part.complete());
        }
        case Outcome.Raw raw -> answered(UrlPattern.whole(raw.answer().body()), true);
        case null, default -> {
          if (answers.isEmpty()) {
            complete(outcome == null ? Outcome.Failed.because("context canceled") : outcome);
          } else {
            complete(new Outcome.Part(data, false, true));
          }
        }
      }
    }

    private void answered(Map<String, Object> answer, boolean complete) {
      answers.add(answer);
      if (!complete) {
        complete(new Outcome.Part(data, false));
      } else if (answers.size() == stages.size()) {
        complete(new Outcome.Part(data, whole));
      } else {
        next();
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      CompletableFuture<Outcome> call = current;
      if (call != null) {
        call.cancel(mayInterruptIfRunning);
      }
      return cancelled;
    }
  }
}
