package io.portcullis.core.vault;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The vaults that references may name: {@code env}, which is always there, and stored ones by their
 * prefixes. Belongs to one thread.
 *
 * <p>The env vault reads environment variables. As in Kong, a variable's name is the vault's prefix
 * and the resource, in upper case and with underscores for dashes.
 */
public final class Vaults {
  private static final String ENV = "env";

  private final Environment environment;
  private final Map<UUID, String> prefixes = new HashMap<>();
  private final Map<String, Stored> stored = new HashMap<>();

  private record Stored(UUID id, String type, @Nullable String variablePrefix) {}

  public Vaults(Environment environment) {
    this.environment = environment;
  }

  /** The prefix by which references name a stored vault; null when it is not there. */
  public @Nullable String prefix(UUID id) {
    return prefixes.get(id);
  }

  /** Adds, replaces or removes a stored vault; null removes. */
  public void change(UUID id, @Nullable ObjectNode body) {
    String former = prefixes.remove(id);
    if (former != null) {
      // Unless another vault has taken the prefix over in the meantime.
      stored.computeIfPresent(former, (prefix, vault) -> vault.id.equals(id) ? null : vault);
    }
    if (body != null) {
      String prefix = body.path("prefix").asString("");
      JsonNode variables = body.path("config").path("prefix");
      prefixes.put(id, prefix);
      stored.put(
          prefix,
          new Stored(
              id,
              body.path("name").asString(""),
              variables.isString() ? variables.stringValue() : null));
    }
  }

  /**
   * The secret that a reference stands for.
   *
   * @param reference for which {@link VaultReference#is} holds
   * @throws UnresolvedSecretException when there is none
   */
  public String secret(String reference) throws UnresolvedSecretException {
    VaultReference parsed = VaultReference.parse(reference);
    Stored vault = stored.get(parsed.vault());
    if (vault == null && !parsed.vault().equals(ENV)) {
      throw new UnresolvedSecretException("there is no vault '" + parsed.vault() + "'");
    }
    if (vault != null && !vault.type.equals(ENV)) {
      throw new UnresolvedSecretException("vault '" + vault.type + "' is not installed");
    }
    String prefix = parsed.options().get("prefix");
    if (prefix == null && vault != null) {
      prefix = vault.variablePrefix;
    }
    String name =
        ((prefix == null ? "" : prefix) + parsed.resource())
            .replace('-', '_')
            .toUpperCase(Locale.ROOT);
    String value = environment.variable(name);
    if (value == null) {
      throw new UnresolvedSecretException("the environment variable " + name + " is not set");
    }
    return parsed.key() == null ? value : field(value, parsed.key(), name);
  }

  private static String field(String json, String key, String name)
      throws UnresolvedSecretException {
    JsonNode object;
    try {
      object = JsonMapper.shared().readTree(json);
    } catch (JacksonException noJson) {
      object = null; // the parser's message may quote the secret
    }
    if (object == null || !object.isObject()) {
      throw new UnresolvedSecretException(
          "the environment variable " + name + " holds no JSON object");
    }
    JsonNode value = object.get(key);
    if (value == null || !value.isString()) {
      throw new UnresolvedSecretException(
          "the JSON in the environment variable " + name + " has no text '" + key + "'");
    }
    return value.stringValue();
  }
}
