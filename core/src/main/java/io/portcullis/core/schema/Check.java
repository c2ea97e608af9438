package io.portcullis.core.schema;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rule over several fields of one record. Made by {@link Checks}. Fields are named by dotted
 * paths, relative to the record the check belongs to.
 */
public interface Check {
  /** Looks at the values and reports what is wrong. */
  void run(CheckRun run);

  /** The check as schema documents state it; empty when they do not. */
  Optional<ObjectNode> describe(String prefix);

  /**
   * The same check seen from the record that holds this one under {@code prefix}. It is passed over
   * when there is no record under that name: what is wrong then is told already.
   */
  default Check under(String prefix) {
    Check inner = this;
    return new Check() {
      @Override
      public void run(CheckRun run) {
        if (run.value(prefix).filter(JsonNode::isObject).isPresent()) {
          inner.run(run.inside(prefix));
        }
      }

      @Override
      public Optional<ObjectNode> describe(String outer) {
        return inner.describe(outer + prefix + ".");
      }
    };
  }
}
