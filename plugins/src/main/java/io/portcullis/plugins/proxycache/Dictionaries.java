package io.portcullis.plugins.proxycache;

import io.portcullis.core.schema.Check;
import io.portcullis.core.schema.CheckRun;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The check that {@code memory.dictionary_name} is a name that Kong has a dictionary for. */
final class Dictionaries implements Check {
  /** The one that is used unless another is named. */
  static final String DEFAULT = "kong_db_cache";

  private static final Set<String> KNOWN =
      Set.of(
          DEFAULT,
          "kong",
          "kong_locks",
          "kong_healthchecks",
          "kong_cluster_events",
          "kong_rate_limiting_counters",
          "kong_core_db_cache",
          "kong_core_db_cache_miss",
          "kong_db_cache_miss",
          "kong_secrets",
          "prometheus_metrics");

  @Override
  public void run(CheckRun run) {
    String name =
        run.value("memory.dictionary_name")
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .orElse(DEFAULT);
    // An empty name is refused where the field is.
    if (!name.isEmpty() && !KNOWN.contains(name)) {
      run.refuse("missing shared dict '" + name + "'");
    }
  }

  /** It looks at the whole configuration, as schema documents have it. */
  @Override
  public Optional<ObjectNode> describe(String prefix) {
    ObjectNode check = JsonNodeFactory.instance.objectNode();
    check.putObject("custom_entity_check").putArray("field_sources").add("config");
    return Optional.of(check);
  }
}
