package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.SchemaJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Schema documents, validation without storing, and the list of plugins. */
final class SchemaEndpoints {
  private final EntitySpecs specs;
  private final EntityEditor editor;
  private final BodyDecoder decoder;

  /** Described for clients that read or validate against them, but kept in no table of ours. */
  private final Map<String, EntitySpec> described = DescribedEntities.byName();

  SchemaEndpoints(EntitySpecs specs, EntityEditor editor, BodyDecoder decoder) {
    this.specs = specs;
    this.editor = editor;
    this.decoder = decoder;
  }

  List<Endpoint> all() {
    return List.of(
        Endpoint.get("/schemas/{name}", this::entity),
        new Endpoint(
            "/schemas/{name}/validate",
            Map.of("POST", request -> validate(request, request.parameter(0)))),
        new Endpoint(
            "/schemas/plugins/validate", Map.of("POST", request -> validate(request, "plugins"))),
        Endpoint.get("/schemas/plugins/{name}", this::plugin),
        new Endpoint(
            "/schemas/vaults/validate", Map.of("POST", request -> validate(request, "vaults"))),
        Endpoint.get("/schemas/vaults/{name}", this::vault),
        Endpoint.get("/plugins/schema/{name}", this::pluginConfig),
        Endpoint.get("/plugins/enabled", this::enabledPlugins));
  }

  private AdminResponse entity(AdminRequest request) {
    return spec(request.parameter(0))
        .map(spec -> AdminResponse.json(200, SchemaJson.entity(spec)))
        .orElseGet(() -> noEntity(request.parameter(0)));
  }

  private AdminResponse validate(AdminRequest request, String name) {
    Optional<EntitySpec> spec = spec(name);
    if (spec.isEmpty()) {
      return noEntity(name);
    }
    EntityRows.accepted(editor.validate(spec.get(), decoder.undecoded(request.body())));
    return AdminResponse.message(200, "schema validation successful");
  }

  private AdminResponse plugin(AdminRequest request) {
    return document(request.parameter(0))
        .map(document -> AdminResponse.json(200, document))
        .orElseGet(() -> noPlugin(request.parameter(0)));
  }

  private AdminResponse vault(AdminRequest request) {
    String name = request.parameter(0);
    return SchemaJson.vault(name)
        .map(document -> AdminResponse.json(200, document))
        .orElseGet(() -> AdminResponse.message(404, "No vault named '" + name + "'"));
  }

  /** The deprecated form: the fields of the configuration alone. */
  private AdminResponse pluginConfig(AdminRequest request) {
    Optional<ObjectNode> document = document(request.parameter(0));
    if (document.isEmpty()) {
      return noPlugin(request.parameter(0));
    }
    for (JsonNode field : document.get().get("fields")) {
      if (field.get("config") instanceof ObjectNode config) {
        return AdminResponse.json(200, config);
      }
    }
    return AdminResponse.json(200, JsonNodeFactory.instance.objectNode());
  }

  private AdminResponse enabledPlugins(AdminRequest request) {
    List<String> names = new ArrayList<>();
    specs.plugins().all().forEach(plugin -> names.add(plugin.name()));
    names.sort(null);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode enabled = body.putArray("enabled_plugins");
    names.forEach(enabled::add);
    return AdminResponse.json(200, body);
  }

  private Optional<ObjectNode> document(String plugin) {
    Optional<PluginSpec<?>> spec = specs.plugins().byName(plugin);
    return spec.map(SchemaJson::plugin);
  }

  private Optional<EntitySpec> spec(String name) {
    return specs.byName(name).or(() -> Optional.ofNullable(described.get(name)));
  }

  private static AdminResponse noEntity(String name) {
    return AdminResponse.message(404, "No entity named '" + name + "'");
  }

  private static AdminResponse noPlugin(String name) {
    return AdminResponse.message(404, "No plugin named '" + name + "'");
  }
}
