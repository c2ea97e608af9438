package io.portcullis.plugins.composition;

import io.portcullis.plugins.endpoint.TokenBucket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Spares a backend that fails or is called too often. */
final class GuardedStage implements Stage {
  private final Stage stage;
  private final @Nullable CircuitBreaker breaker;
  private final @Nullable TokenBucket bucket;

  GuardedStage(Stage stage, @Nullable CircuitBreaker breaker, @Nullable TokenBucket bucket) {
    this.stage = stage;
    this.breaker = breaker;
    this.bucket = bucket;
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    CircuitBreaker.Permit permit = null;
    if (breaker != null) {
      permit = breaker.admit();
      if (permit == null) {
        return refused(breaker.refusal());
      }
    }
    if (bucket != null && !bucket.take()) {
      if (breaker != null && permit != null) {
        breaker.failed(permit);
      }
      return refused("rate limit exceded");
    }
    CompletableFuture<Outcome> call = stage.call(request, earlier, deadline);
    if (breaker != null && permit != null) {
      CircuitBreaker watching = breaker;
      CircuitBreaker.Permit given = permit;
      call.whenComplete((outcome, _) -> tell(watching, given, outcome));
    }
    return call;
  }

  private static void tell(
      CircuitBreaker breaker, CircuitBreaker.Permit permit, @Nullable Outcome outcome) {
    switch (outcome) {
      case Outcome.Failed _ -> breaker.failed(permit);
      case null -> breaker.abandoned(permit); // it was cancelled
      default -> breaker.succeeded(permit);
    }
  }

  private static CompletableFuture<Outcome> refused(String message) {
    return CompletableFuture.completedFuture(Outcome.Failed.because(message));
  }
}
