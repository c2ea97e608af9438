package io.portcullis.admin.http;

import io.portcullis.core.entity.StoredEntity;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The configuration of a node without a database, which changes as a whole. Thread-safe. */
public interface ReplaceableConfiguration {
  /**
   * Puts another configuration in place of the one that is served, or changes nothing. Blocks.
   *
   * @param unlessSame whether a text that is served already is left alone
   */
  Replacement replace(Given given, boolean unlessSame);

  /** A configuration. */
  sealed interface Given {
    /** As YAML or JSON. */
    record Text(String text) implements Given {}

    /** As JSON that is read already; used up. */
    record Tree(ObjectNode tree) implements Given {}
  }

  /** What became of it. */
  sealed interface Replacement {
    /**
     * It is taken over.
     *
     * @param version under which the proxy serves it in a moment
     */
    record Done(long version, List<StoredEntity> entities) implements Replacement {}

    /** It is the text that is served. */
    record Same() implements Replacement {}

    /** Another one is being taken over. */
    record Busy() implements Replacement {}

    record Refused(DeclarativeFormat.Problems problems) implements Replacement {}
  }
}
