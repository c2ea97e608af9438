package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The server names of certificates: rows of their own that a certificate shows as its list. */
final class CertificateNames {
  private final EntitySpec snis;
  private final EntityEditor editor;

  CertificateNames(EntitySpecs specs, EntityEditor editor) {
    this.snis = specs.byName("snis").orElseThrow();
    this.editor = editor;
  }

  /**
   * The certificate that a path names by its id or by one of its server names.
   *
   * @throws Refusal 404 for a server name that has none, 400 for a text that is no server name
   */
  UUID idOf(EntityReader reader, String segment) {
    return find(reader, segment).orElseThrow(() -> Refusal.message(404, "SNI not found"));
  }

  /** The same; empty for a server name that has no certificate. */
  Optional<UUID> find(EntityReader reader, String segment) {
    return RowKey.of(editor, snis, segment) instanceof RowKey.Id(UUID id)
        ? Optional.of(id)
        : owner(reader, segment);
  }

  /** The certificates with their names in order. */
  List<ObjectNode> shown(EntityReader reader, List<ObjectNode> certificates) {
    Map<UUID, Set<String>> names = new HashMap<>();
    certificates.forEach(row -> names.put(EntityRows.id(row), new TreeSet<>()));
    for (ObjectNode sni : reader.under(snis, "certificate", names.keySet())) {
      Set<String> known = names.get(EntityRows.reference(sni, "certificate").orElseThrow());
      if (known != null) {
        known.add(sni.get("name").stringValue());
      }
    }
    List<ObjectNode> shown = new ArrayList<>(certificates.size());
    for (ObjectNode certificate : certificates) {
      ObjectNode copy = certificate.deepCopy();
      ArrayNode list = copy.putArray("snis");
      names.getOrDefault(EntityRows.id(certificate), Set.of()).forEach(list::add);
      shown.add(copy);
    }
    return shown;
  }

  ObjectNode shown(EntityReader reader, ObjectNode certificate) {
    return shown(reader, List.of(certificate)).getFirst();
  }

  /**
   * Reads the list of a request whose shape has been checked.
   *
   * @param certificate that the names are for; an owner of its own is no hindrance
   * @throws Refusal 400 for a name that is none, comes twice or belongs to another certificate
   */
  Set<String> checked(EntityReader reader, UUID certificate, JsonNode list) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode item : list) {
      String name = item.stringValue();
      Optional<ApiError> refused = editor.refusalOfLookupKey(snis, name);
      if (refused.isPresent()) {
        throw new Refusal(refused.get().status(), refused.get().toJson());
      }
      if (!names.add(name)) {
        throw refusal(name + " is duplicated");
      }
      Optional<UUID> owner = owner(reader, name);
      if (owner.isPresent() && !owner.get().equals(certificate)) {
        throw refusal(name + " already associated with existing certificate '" + owner.get() + "'");
      }
    }
    return names;
  }

  /** Makes the rows of a stored certificate match {@code names}. */
  void replace(EntityWriter writer, UUID certificate, Set<String> names) {
    Set<String> missing = new LinkedHashSet<>(names);
    for (ObjectNode sni : writer.under(snis, "certificate", List.of(certificate))) {
      if (!missing.remove(sni.get("name").stringValue())) {
        writer.delete(snis, EntityRows.id(sni), null);
      }
    }
    for (String name : missing) {
      ObjectNode input = JsonNodeFactory.instance.objectNode().put("name", name);
      input.putObject("certificate").put("id", certificate.toString());
      ObjectNode sni = EntityRows.accepted(editor.insert(snis, input, ForeignLookup.NONE));
      writer.insert(snis, sni);
    }
  }

  private Optional<UUID> owner(EntityReader reader, String name) {
    return reader
        .findBy(snis, "name", name)
        .flatMap(sni -> EntityRows.reference(sni, "certificate"));
  }

  private static Refusal refusal(String message) {
    ApiError error = ApiError.schemaViolation("snis", message);
    return new Refusal(error.status(), error.toJson());
  }
}
