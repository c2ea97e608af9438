package io.portcullis.admin.http;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a node is doing, asked for by {@code /status}. Answers at once. */
public interface NodeStatus {
  Traffic traffic();

  /** The configuration it serves; empty when this node has no proxy or serves none yet. */
  Optional<Serving> serving();

  /** Names the configuration of a node without a database: 32 zeros while it has none. */
  default String configurationHash() {
    return "0".repeat(32);
  }

  /** Why clients should be sent elsewhere; empty when the node is ready. */
  Optional<String> notReady();

  /**
   * Counters of the proxy's listeners, since the node started.
   *
   * @param active open connections
   * @param reading those whose request is being read
   * @param writing those that are being answered
   * @param waiting idle ones
   * @param websockets those of the active ones that are WebSockets
   */
  record Traffic(
      long active,
      long reading,
      long writing,
      long waiting,
      long websockets,
      long accepted,
      long handled,
      long requests) {}

  /**
   * A configuration in use.
   *
   * @param source {@code database}, {@code snapshot} (the last good one, as the database is away)
   *     or {@code file}
   */
  record Serving(long version, String source, List<Quarantined> quarantined) {
    public Serving {
      quarantined = List.copyOf(quarantined);
    }
  }

  /** A stored entity that could not be put to use. */
  record Quarantined(String entity, UUID id, String reason) {}
}
