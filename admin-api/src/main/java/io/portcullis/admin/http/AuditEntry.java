package io.portcullis.admin.http;

import io.portcullis.admin.wire.KongJson;
import io.portcullis.store.RowChange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one call of the Admin API did, or was kept from doing. Holds no value that a client sent
 * except its own name: paths and bodies may hold credentials.
 *
 * @param client address
 * @param who as the Admin API recognised the caller
 * @param path the endpoint's template; null when the call did not get so far
 * @param version of the configuration that it made; 0 when it changed nothing
 * @param changes rows with fingerprints of what they were and what they are
 */
public record AuditEntry(
    Instant at,
    String client,
    String who,
    String method,
    @Nullable String path,
    int status,
    long version,
    List<RowChange> changes) {
  private static final KongJson JSON = new KongJson();

  public AuditEntry {
    changes = List.copyOf(changes);
  }

  /** One line of JSON, without its end. */
  public String line() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("@timestamp", at.toString());
    line.put("client", client);
    line.put("who", who);
    line.put("method", method);
    line.put("path", path);
    line.put("status", status);
    if (version > 0) {
      line.put("version", version);
    }
    ArrayNode rows = line.putArray("changes");
    for (RowChange change : changes) {
      rows.addObject()
          .put("entity", change.entity())
          .put("id", change.id().toString())
          .put("before", change.before())
          .put("after", change.after());
    }
    return JSON.text(line);
  }
}
