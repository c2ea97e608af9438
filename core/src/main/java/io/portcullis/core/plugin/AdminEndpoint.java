package io.portcullis.core.plugin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A path of the Admin API that a plugin brings.
 *
 * @param path template below the root, {@code /greetings/{name}}; a segment in braces takes any
 *     text. It may not be a path that the gateway or another plugin has.
 * @param actions by method: GET, POST, PUT, PATCH or DELETE; HEAD and OPTIONS follow from them
 */
public record AdminEndpoint(String path, Map<String, Action> actions) {

  public AdminEndpoint {
    actions = Map.copyOf(actions);
  }

  /** Answers calls of one path and method. Runs on a virtual thread and may block. */
  @FunctionalInterface
  public interface Action {
    /** What it throws is logged and answered with 500. */
    Answer answer(Call call);
  }

  /**
   * A call, read in full; who calls was checked before.
   *
   * @param parameters decoded values of the path's variable segments, in order
   * @param body the JSON object that was sent; null for none, and for other types
   */
  public record Call(List<String> parameters, @Nullable JsonNode body) {

    public Call {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * An answer.
   *
   * @param body sent as JSON; null for an answer without a body
   */
  public record Answer(int status, @Nullable JsonNode body) {
    /** 204. */
    public static Answer noContent() {
      return new Answer(204, null);
    }
  }
}
