package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vaults as stored: a type that chooses the configuration's fields, and a prefix to be named by.
 */
final class VaultSpec {
  private static final String ENV = "env";

  private VaultSpec() {}

  static EntitySpec create() {
    return EntitySpec.named("vaults")
        .lookupKey("prefix")
        .id()
        .field(
            string("prefix")
                .required()
                .uniqueAcrossWorkspaces()
                .notOneOf(ENV)
                .match("^[a-z][a-z%d-]-[a-z%d]+$")
                .doc("By which references name the vault: {vault://<prefix>/…}."))
        .field(string("name").required().doc("Type of the vault: env."))
        .field(string("description").doc("What it is for."))
        .field(record("config").abstractRecord().doc("Fields that the type defines."))
        .createdAt()
        .updatedAt()
        .tags()
        .variants((fields, checks) -> values -> variant(fields, checks, values))
        .build();
  }

  /** The configuration of a type of vault; empty for one that is unknown. */
  static Optional<FieldSpec> config(String type) {
    if (!type.equals(ENV)) {
      return Optional.empty();
    }
    return Optional.of(
        record(
                "config",
                string("prefix")
                    .match("^[%a_-][%a%d_-]*$")
                    .doc("Put before the name of each environment variable."))
            .required());
  }

  private static EntitySpec.Variant variant(
      List<FieldSpec> fields, List<Check> checks, ObjectNode values) {
    JsonNode type = values.get("name");
    if (type == null || type.isNull()) {
      return new EntitySpec.Variant.Unknown("name", "required field missing");
    }
    if (!type.isString()) {
      return new EntitySpec.Variant.Unknown("name", "expected a string");
    }
    Optional<FieldSpec> config = config(type.stringValue());
    if (config.isEmpty()) {
      return new EntitySpec.Variant.Unknown(
          "name", "vault '" + type.stringValue() + "' is not installed");
    }
    List<FieldSpec> chosen = new ArrayList<>(fields.size());
    for (FieldSpec field : fields) {
      chosen.add(field.name().equals("config") ? config.get() : field);
    }
    return new EntitySpec.Variant.Chosen(List.copyOf(chosen), checks);
  }
}
