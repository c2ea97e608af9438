package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.string;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plugins as stored: a name that chooses the configuration's fields, and a scope. */
final class PluginEntitySpec {
  private PluginEntitySpec() {}

  static EntitySpec create(PluginCatalog catalog) {
    return EntitySpec.named("plugins")
        .lookupKey("instance_name")
        .id()
        .field(string("name").required().doc("Which plugin."))
        .field(
            field("instance_name", Types.UTF8_NAME).unique().doc("A name for this configuration."))
        .createdAt()
        .updatedAt()
        .field(scope("route", "routes").doc("Runs only for this route."))
        .field(scope("service", "services").doc("Runs only for this service."))
        .field(scope("consumer", "consumers").doc("Runs only for this consumer."))
        .field(record("config").abstractRecord().doc("Fields that the plugin defines."))
        .field(
            set("protocols", Types.STRING.oneOf(RouteSpec.PROTOCOLS))
                .required()
                .defaultsTo(PluginSpec.defaultProtocolNames())
                .doc("Protocols for which the plugin runs."))
        .field(bool("enabled").required().defaultsTo(true).doc("Whether it runs at all."))
        .tags()
        .uniqueTogether("name", "route", "service", "consumer")
        .variants((fields, checks) -> values -> variant(catalog, fields, checks, values))
        .build();
  }

  private static FieldSpec scope(String name, String entity) {
    return foreign(name, entity).defaultsTo(null).onDelete(OnDelete.CASCADE);
  }

  private static EntitySpec.Variant variant(
      PluginCatalog catalog, List<FieldSpec> fields, List<Check> checks, ObjectNode values) {
    JsonNode name = values.get("name");
    if (name == null || name.isNull()) {
      return new EntitySpec.Variant.Unknown("name", "required field missing");
    }
    if (!name.isString()) {
      return new EntitySpec.Variant.Unknown("name", "expected a string");
    }
    Optional<PluginSpec<?>> plugin = catalog.byName(name.stringValue());
    if (plugin.isEmpty()) {
      return new EntitySpec.Variant.Unknown(
          "name",
          "plugin '"
              + name.stringValue()
              + "' not enabled; add it to the 'plugins' configuration property");
    }
    List<Check> all = new ArrayList<>(checks);
    all.addAll(plugin.get().entityChecks());
    return new EntitySpec.Variant.Chosen(plugin.get().entityFields(fields), all);
  }
}
