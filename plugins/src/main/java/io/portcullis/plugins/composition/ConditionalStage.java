package io.portcullis.plugins.composition;

import io.portcullis.plugins.expression.RequestChecks;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A backend that is called for those requests alone of which its expressions are true. Immutable.
 */
final class ConditionalStage implements Stage {
  private final Stage stage;
  private final RequestChecks checks;

  ConditionalStage(Stage stage, RequestChecks checks) {
    this.stage = stage;
    this.checks = checks;
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    RequestChecks.Failure failure = checks.firstFailure(new ForwardedFacts(request));
    return failure == null
        ? stage.call(request, earlier, deadline)
        : CompletableFuture.completedFuture(Outcome.Failed.because(failure.message()));
  }
}
