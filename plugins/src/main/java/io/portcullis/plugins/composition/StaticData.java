package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.encoding.JsonReader;
import io.portcullis.plugins.composition.encoding.UnreadableAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** Adds fixed members to a stage's part, depending on how it went. Immutable. */
final class StaticData implements Stage {
  private final Stage stage;
  private final String strategy;
  private final Map<String, Object> data = new LinkedHashMap<>();

  StaticData(Stage stage, StaticDataConfig config) {
    this.stage = stage;
    this.strategy = config.strategy();
    for (Map.Entry<String, JsonNode> member : config.data().entrySet()) {
      data.put(member.getKey(), plain(member.getValue()));
    }
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    return new DerivedOutcome(stage.call(request, earlier, deadline), this::extended);
  }

  private Outcome extended(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Part part when isFor(!part.failures(), part.complete()) -> {
        part.data().putAll(data);
        yield part;
      }
      case Outcome.Failed _ when isFor(false, false) ->
          new Outcome.Part(new LinkedHashMap<>(data), false, true);
      case Outcome.Raw _ when isFor(true, true) ->
          new Outcome.Part(new LinkedHashMap<>(data), true);
      default -> outcome;
    };
  }

  private boolean isFor(boolean success, boolean complete) {
    return switch (strategy) {
      case "success" -> success;
      case "errored" -> !success;
      case "complete" -> success && complete;
      case "incomplete" -> !complete;
      default -> true;
    };
  }

  private static Object plain(JsonNode node) {
    try {
      return JsonReader.read(node.toString().getBytes(StandardCharsets.UTF_8), Allowance.UNLIMITED);
    } catch (UnreadableAnswerException deep) {
      throw new IllegalArgumentException("static data: " + deep.getMessage(), deep);
    }
  }
}
