package io.portcullis.plugins.oauth2;

import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.core.schema.TimeToLive;
import io.portcullis.plugins.FakeGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Rows as the database would keep them; tokens are live at once. */
final class RowsInMemory implements PluginRows, PluginRows.Edits {
  final List<String> purposes = new ArrayList<>();
  private final Map<UUID, ObjectNode> rows = new ConcurrentHashMap<>();
  private final FakeGateway gateway;
  private final EntitySpecs specs;
  private final EntityEditor editor;

  RowsInMemory(FakeGateway gateway, EntitySpecs specs) {
    this.gateway = gateway;
    this.specs = specs;
    this.editor = new EntityEditor(specs, gateway.clock(), new SecureRandomValues());
  }

  @Override
  public @Nullable ObjectNode find(String entity, String uniqueField, String value) {
    for (ObjectNode row : rows.values()) {
      boolean over = TimeToLive.isExpired(row, gateway.clock().instant());
      if (!over && row.path(uniqueField).asString("").equals(value)) {
        return row;
      }
    }
    return null;
  }

  @Override
  public synchronized <T> T change(String purpose, Function<Edits, T> work) {
    T value = work.apply(this);
    purposes.add(purpose);
    return value;
  }

  @Override
  public ObjectNode insert(String entity, ObjectNode values) {
    return keep(entity, editor.insert(spec(entity), values, ForeignLookup.NONE));
  }

  @Override
  public ObjectNode update(String entity, ObjectNode stored, ObjectNode changes) {
    forget(id(stored));
    return keep(entity, editor.update(spec(entity), stored, changes, ForeignLookup.NONE));
  }

  @Override
  public boolean delete(String entity, UUID id) {
    return forget(id);
  }

  private boolean forget(UUID id) {
    ObjectNode row = rows.remove(id);
    if (row != null && row.has("access_token")) {
      gateway.remove(token(row));
    }
    return row != null;
  }

  private ObjectNode keep(String entity, Outcome outcome) {
    ObjectNode row = ((Outcome.Accepted) outcome).entity();
    rows.put(id(row), row);
    if (entity.equals(OAuth2Entities.TOKENS)) {
      gateway.store(token(row));
    }
    return row;
  }

  private static Credential token(ObjectNode row) {
    return Credential.of(OAuth2Entities.TOKENS, "access_token", row);
  }

  private static UUID id(ObjectNode row) {
    return UUID.fromString(row.get("id").stringValue());
  }

  private EntitySpec spec(String entity) {
    return specs.byName(entity).orElseThrow();
  }
}
