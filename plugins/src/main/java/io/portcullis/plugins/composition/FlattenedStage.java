package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.shape.Flatmap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Works on the merged answer of several backends, unless one of them failed. Immutable. */
final class FlattenedStage implements Stage {
  private final Stage stage;
  private final Flatmap flatmap;

  FlattenedStage(Stage stage, Flatmap flatmap) {
    this.stage = stage;
    this.flatmap = flatmap;
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    return new DerivedOutcome(stage.call(request, earlier, deadline), this::flattened);
  }

  private Outcome flattened(Outcome outcome) {
    return outcome instanceof Outcome.Part part && !part.failures()
        ? new Outcome.Part(flatmap.apply(part.data()), part.complete())
        : outcome;
  }
}
