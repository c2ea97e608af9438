package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpecs;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the Admin API is made of; {@code app} puts it together.
 *
 * @param patience how long a write waits until this node's proxy serves it
 * @param health what this node's balancers know of targets
 * @param format whole configurations as text
 * @param replaceable the configuration of a node without a database; null with one
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
    DeclarativeFormat format,
    @Nullable ReplaceableConfiguration replaceable,
    Map<String, AdminPage> pages) {

  public AdminParts {
    pages = Map.copyOf(pages);
  }
}
