package io.portcullis.core.plugin;

import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of the entities that a plugin's spec describes, in the node's database. Every call blocks:
 * only virtual threads may make it, and no handler may while it is started. Thread-safe.
 *
 * <p>Any call may fail with {@link RowsUnavailableException}, and with {@link
 * IllegalArgumentException} for an entity that is not the plugin's own.
 */
public interface PluginRows {
  /**
   * The row whose field has that value; null when there is none or its time is over.
   *
   * @param uniqueField a string field that no two rows share a value of
   */
  @Nullable ObjectNode find(String entity, String uniqueField, String value);

  /**
   * Changes several rows together, or none: an exception out of {@code work} undoes all of it.
   * Writers take turns, on all nodes. When this is back, the node's live configuration has what was
   * written, unless it takes longer than some seconds; other nodes follow when they hear of it.
   *
   * @param purpose a few words for the history of the configuration, without values
   */
  <T> T change(String purpose, Function<Edits, T> work);

  /** What may be done inside of {@link #change}, by its thread only. */
  interface Edits {
    /** As {@link PluginRows#find}; what is found stays true until the work is done. */
    @Nullable ObjectNode find(String entity, String uniqueField, String value);

    /**
     * Adds a row.
     *
     * @param values as a client of the Admin API gives them, {@code ttl} included
     * @return the row as stored: with defaults and made-up values
     */
    ObjectNode insert(String entity, ObjectNode values);

    /**
     * Changes some fields of a stored row.
     *
     * @return the row as stored
     */
    ObjectNode update(String entity, ObjectNode stored, ObjectNode changes);

    /** Whether there was such a row. */
    boolean delete(String entity, UUID id);
  }
}
