package io.portcullis.e2e.golden;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One file of the corpus.
 *
 * @param usesUpstreams whether the test upstreams must run, emptied
 */
record Scenario(String name, boolean usesUpstreams, List<Step> steps) {
  Scenario {
    steps = List.copyOf(steps);
  }

  static Scenario parse(byte[] file) {
    JsonNode json = JsonMapper.shared().readTree(file);
    List<Step> steps = new ArrayList<>();
    json.path("steps").forEach(step -> steps.add(Step.of(step)));
    return new Scenario(
        json.path("name").asString(), json.path("upstream").asBoolean(false), steps);
  }

  /** Asking again until the expected answer comes. */
  record Patience(Duration limit, Duration every) {}

  /** With {@code repeat}: how often each value of {@code of} must have come. */
  record Tally(String of, JsonNode counts) {}

  /** Frames after a 101. */
  record Frames(List<String> send, List<JsonNode> expect) {}

  /**
   * A request with what is expected of its answer, or only a pause.
   *
   * @param via {@code admin}, {@code proxy} or one of the test upstreams {@code up1} to {@code up3}
   * @param serverName the SNI of an {@code https} step
   * @param exactHeaders whether no header may be added to those of the request
   * @param quirk whether a sane gateway may answer otherwise
   */
  record Step(
      Duration pause,
      Optional<JsonNode> request,
      String via,
      boolean https,
      Optional<String> serverName,
      boolean exactHeaders,
      JsonNode response,
      Map<String, String> save,
      List<ValuePath> unordered,
      List<ValuePath> ignored,
      List<ValuePath> optional,
      Optional<Patience> waitUntil,
      int repeat,
      Optional<Tally> tally,
      Optional<Frames> frames,
      Duration timeout,
      boolean quirk) {

    static Step of(JsonNode json) {
      JsonNode wait = json.path("wait_until");
      JsonNode tally = json.path("tally");
      JsonNode frames = json.path("ws");
      return new Step(
          seconds(json.path("sleep").asDouble(0)),
          Optional.ofNullable(json.get("request")),
          json.path("via").asString("admin"),
          json.path("https").asBoolean(false),
          Optional.ofNullable(json.get("sni")).map(JsonNode::stringValue),
          json.path("exact_headers").asBoolean(false),
          json.has("response") ? json.get("response") : JsonNodeFactory.instance.objectNode(),
          texts(json.path("save")),
          paths(json.path("unordered")),
          paths(json.path("ignore")),
          paths(json.path("optional")),
          wait.isMissingNode()
              ? Optional.empty()
              : Optional.of(
                  new Patience(
                      seconds(wait.path("seconds").asDouble(5)),
                      seconds(wait.path("every").asDouble(0.1)))),
          json.path("repeat").asInt(1),
          tally.isMissingNode()
              ? Optional.empty()
              : Optional.of(new Tally(tally.path("of").asString(), tally.path("counts"))),
          frames.isMissingNode()
              ? Optional.empty()
              : Optional.of(
                  new Frames(
                      frames.path("send").valueStream().map(JsonNode::stringValue).toList(),
                      frames.path("expect").valueStream().toList())),
          seconds(json.path("timeout").asDouble(15)),
          json.path("quirk").asBoolean(false));
    }

    /**
     * The same step, whatever the answer: what later steps need of a quirk is that it was asked.
     */
    Step unchecked() {
      ObjectNode anything = JsonNodeFactory.instance.objectNode();
      return new Step(
          Duration.ZERO,
          request,
          via,
          https,
          serverName,
          exactHeaders,
          anything,
          save,
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          repeat,
          Optional.empty(),
          Optional.empty(),
          timeout,
          true);
    }

    private static Duration seconds(double seconds) {
      return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static List<ValuePath> paths(JsonNode texts) {
      return texts.valueStream().map(text -> ValuePath.parse(text.stringValue())).toList();
    }

    private static Map<String, String> texts(JsonNode object) {
      return object
          .propertyStream()
          .collect(
              java.util.stream.Collectors.toMap(
                  Map.Entry::getKey, member -> member.getValue().stringValue()));
    }
  }
}
