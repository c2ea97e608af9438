package io.portcullis.app.declarative;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ids that depend only on what an entity is called, so that every node and every reload agrees on
 * them: version 5 UUIDs, with Kong's name spaces and keys.
 */
final class DeterministicIds {
  private static final UUID ROOT = UUID.fromString("fd02801f-0957-4a15-a55a-c8d9606f30b5");
  private static final Set<String> BY_NAME =
      Set.of("services", "routes", "upstreams", "key_sets", "snis");

  private DeterministicIds() {}

  /**
   * The id of an entity without one; empty for entities that nothing names.
   *
   * @param item as the file gives it, references to parents included
   */
  static Optional<UUID> of(String entity, ObjectNode item) {
    return key(entity, item).map(key -> version5(version5(ROOT, entity), key));
  }

  private static Optional<String> key(String entity, ObjectNode item) {
    if (BY_NAME.contains(entity)) {
      return text(item, "name");
    }
    return switch (entity) {
      case "consumers" -> text(item, "username");
      case "plugins" ->
          joined(entity, item, List.of("name"), List.of("route", "service", "consumer"));
      case "targets" -> joined(entity, item, List.of("target"), List.of("upstream"), true);
      case "acls" -> joined(entity, item, List.of("group"), List.of("consumer"), true);
      case "basicauth_credentials", "hmacauth_credentials" ->
          joined(entity, item, List.of("username"), List.of());
      case "vaults" -> joined(entity, item, List.of("prefix"), List.of());
      case "keys" -> joined(entity, item, List.of("kid"), List.of("set"));
      default -> Optional.empty();
    };
  }

  private static Optional<String> joined(
      String entity, ObjectNode item, List<String> names, List<String> references) {
    return joined(entity, item, names, references, false);
  }

  private static Optional<String> joined(
      String entity,
      ObjectNode item,
      List<String> names,
      List<String> references,
      boolean referencesFirst) {
    StringBuilder own = new StringBuilder();
    for (String name : names) {
      Optional<String> value = text(item, name);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      own.append(':').append(value.get());
    }
    StringBuilder others = new StringBuilder();
    for (String reference : references) {
      others.append(':').append(reference(item, reference));
    }
    return Optional.of(entity + ":*" + (referencesFirst ? "" + others + own : "" + own + others));
  }

  private static Optional<String> text(ObjectNode item, String field) {
    JsonNode value = item.get(field);
    return value != null && value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static String reference(ObjectNode item, String field) {
    JsonNode value = item.get(field);
    if (value instanceof ObjectNode object) {
      return text(object, "id").orElse("");
    }
    return text(item, field).orElse("");
  }

  /** RFC 9562, section 5.5. */
  static UUID version5(UUID namespace, String name) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(namespace.getMostSignificantBits())
            .putLong(namespace.getLeastSignificantBits())
            .array());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    long high = hash.getLong() & 0xffff_ffff_ffff_0fffL | 0x5000L;
    long low = hash.getLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
