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
import org.jspecify.annotations.Nullable;
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

  /** Writes a whole configuration, row by row. For one thread. */
  static final class Document {
    private final YamlText yaml;
    private final boolean nulls;
    private @Nullable EntitySpec kind;

    /**
     * @param nulls whether fields without a value are written; without them are those that come
     *     back by themselves when the text is read
     */
    Document(boolean nulls, Appendable out) {
      this.yaml = new YamlText(out);
      this.nulls = nulls;
      yaml.line("_format_version: '3.0'");
      yaml.line("_transform: false");
    }

    /** Rows come kind by kind, in the order of the specs, and within a kind by id. */
    void row(EntitySpec spec, ObjectNode body) {
      if (!spec.equals(kind)) {
        yaml.list(spec.name());
        kind = spec;
      }
      yaml.item(written(spec, body, nulls));
    }
  }

  /**
   * Writes entities in any order.
   *
   * @param nulls as above
   */
  public void write(Iterable<StoredEntity> entities, boolean nulls, Appendable out) {
    Map<String, List<StoredEntity>> byKind = new HashMap<>();
    for (StoredEntity entity : entities) {
      byKind.computeIfAbsent(entity.entity(), name -> new ArrayList<>()).add(entity);
    }
    Document document = new Document(nulls, out);
    for (EntitySpec spec : specs.shown()) {
      List<StoredEntity> rows = byKind.getOrDefault(spec.name(), new ArrayList<>());
      rows.sort(Comparator.comparing(row -> row.id().toString()));
      rows.forEach(row -> document.row(spec, row.body()));
    }
  }

  /**
   * Writes a declarative document that was made elsewhere, as it is.
   *
   * @param head lines that comment it
   */
  public static void write(ObjectNode document, List<String> head, Appendable out) {
    YamlText yaml = new YamlText(out);
    head.forEach(line -> yaml.line("# " + line.replace('\n', ' ')));
    for (Map.Entry<String, JsonNode> entry : document.properties()) {
      if (entry.getValue().isArray()) {
        yaml.list(entry.getKey());
        entry.getValue().forEach(yaml::item);
      } else {
        yaml.line(entry.getKey() + ": '" + entry.getValue().asString() + "'");
      }
    }
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
