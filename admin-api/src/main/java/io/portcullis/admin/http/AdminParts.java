package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpecs;
import java.time.Duration;
import java.util.Map;

/**
 * What the Admin API is made of; {@code app} puts it together.
 *
 * @param patience how long a write waits until this node's proxy serves it
 * @param health what this node's balancers know of targets
 * @param pages further pages for GET by path, {@code /metrics} for example
 */
public record AdminParts(
    NodeDescription description,
    EntitySpecs specs,
    EntityEditor editor,
    EntityAccess entities,
    LiveConfiguration live,
    Duration patience,
    NodeStatus status,
    LogLevels logLevels,
    UpstreamHealth health,
    Map<String, AdminPage> pages) {

  public AdminParts {
    pages = Map.copyOf(pages);
  }
}
