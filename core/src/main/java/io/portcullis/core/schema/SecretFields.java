package io.portcullis.core.schema;

import io.portcullis.core.vault.UnresolvedSecretException;
import io.portcullis.core.vault.VaultReference;
import io.portcullis.core.vault.Vaults;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts secrets in the place of the references that stand for them. */
public final class SecretFields {
  private static final List<FieldSpec> CERTIFICATE = CertificateSpecs.certificates().fields();

  private final Vaults vaults;
  private final Unresolved unresolved;

  /** Is told of references that lead nowhere; an empty text takes their place, as in Kong. */
  public interface Unresolved {
    /**
     * Takes note.
     *
     * @param field dotted path of the field
     * @param reference as it is stored
     * @param reason without any secret
     */
    void note(String field, String reference, String reason);
  }

  public SecretFields(Vaults vaults, Unresolved unresolved) {
    this.vaults = vaults;
    this.unresolved = unresolved;
  }

  /** The vaults that a stored value's references name, whether they are there or not. */
  public static Set<String> vaults(JsonNode value) {
    Set<String> found = new HashSet<>();
    collect(value, found);
    return found;
  }

  /** A plugin's configuration with its secrets; the same object when it refers to none. */
  public ObjectNode config(FieldSpec config, ObjectNode value) {
    return vaults(value).isEmpty() ? value : record(config.fields(), value, "config.");
  }

  /** A stored certificate with its secrets; the same object when it refers to none. */
  public ObjectNode certificate(ObjectNode stored) {
    return vaults(stored).isEmpty() ? stored : record(CERTIFICATE, stored, "");
  }

  private static void collect(JsonNode value, Set<String> found) {
    if (value.isString()) {
      String text = value.stringValue();
      if (VaultReference.is(text)) {
        found.add(VaultReference.vaultOf(text));
      }
    } else {
      value.forEach(inner -> collect(inner, found));
    }
  }

  private ObjectNode record(List<FieldSpec> fields, ObjectNode record, String path) {
    ObjectNode revealed = record.deepCopy();
    for (FieldSpec field : fields) {
      JsonNode value = record.get(field.name());
      if (value != null) {
        revealed.set(field.name(), value(field, value, path + field.name()));
      }
    }
    return revealed;
  }

  private JsonNode value(FieldSpec field, JsonNode value, String path) {
    if (field.isReferenceable() && value.isString() && VaultReference.is(value.stringValue())) {
      return Json.of(secret(value.stringValue(), path));
    }
    if (field.type() == FieldType.RECORD && value instanceof ObjectNode record) {
      return record(field.fields(), record, path + ".");
    }
    if (field.elements != null && value instanceof ArrayNode list) {
      ArrayNode revealed = Json.NODES.arrayNode(list.size());
      for (int i = 0; i < list.size(); i++) {
        revealed.add(value(field.elements, list.get(i), path + "[" + (i + 1) + "]"));
      }
      return revealed;
    }
    if (field.values != null && value instanceof ObjectNode map) {
      ObjectNode revealed = Json.NODES.objectNode();
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        revealed.set(
            entry.getKey(), value(field.values, entry.getValue(), path + "." + entry.getKey()));
      }
      return revealed;
    }
    return value;
  }

  private String secret(String reference, String path) {
    try {
      return vaults.secret(reference);
    } catch (UnresolvedSecretException missing) {
      unresolved.note(path, reference, String.valueOf(missing.getMessage()));
      return "";
    }
  }
}
