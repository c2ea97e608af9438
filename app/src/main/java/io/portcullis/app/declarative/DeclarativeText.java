package io.portcullis.app.declarative;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.FieldType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes entities in Kong's declarative format, as YAML: a flat list for each kind, by id, with
 * references as texts. Values are as they are stored, which {@code _transform: false} says. The
 * same entities make the same text, octet by octet.
 */
public final class DeclarativeText {
  private final EntitySpecs specs;

  public DeclarativeText(EntitySpecs specs) {
    this.specs = specs;
  }

  /**
   * Writes a whole configuration.
   *
   * @param nulls whether fields without a value are written; without them are those that come back
   *     by themselves when the text is read
   */
  public void write(Iterable<StoredEntity> entities, boolean nulls, Appendable out) {
    Map<String, List<StoredEntity>> byKind = new HashMap<>();
    for (StoredEntity entity : entities) {
      byKind.computeIfAbsent(entity.entity(), name -> new ArrayList<>()).add(entity);
    }
    YamlText yaml = new YamlText(out);
    yaml.line("_format_version: '3.0'");
    yaml.line("_transform: false");
    for (EntitySpec spec : specs.all()) {
      List<StoredEntity> rows = byKind.get(spec.name());
      if (rows != null) {
        rows.sort(Comparator.comparing(row -> row.id().toString()));
        yaml.list(spec.name());
        for (StoredEntity row : rows) {
          yaml.item(written(spec, row.body(), nulls));
        }
      }
    }
  }

  /** The same as a text. */
  public String text(Iterable<StoredEntity> entities, boolean nulls) {
    StringBuilder text = new StringBuilder();
    write(entities, nulls, text);
    return text.toString();
  }

  private static ObjectNode written(EntitySpec spec, ObjectNode row, boolean nulls) {
    ObjectNode written = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : row.properties()) {
      FieldSpec field = spec.field(entry.getKey()).orElse(null);
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        if (nulls || field != null && comesBackOtherwise(field)) {
          written.set(entry.getKey(), value);
        }
      } else if (field != null && field.type() == FieldType.FOREIGN && value.has("id")) {
        written.set(entry.getKey(), value.get("id"));
      } else if (field == null || !field.isTransient()) {
        written.set(entry.getKey(), value);
      }
    }
    return written;
  }

  /** Whether a field that is left out would get another value than null. */
  private static boolean comesBackOtherwise(FieldSpec field) {
    return field.defaultValue().isPresent() || field.isAuto() || field.type() == FieldType.RECORD;
  }
}
