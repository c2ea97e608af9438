package io.portcullis.core.schema;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A second spelling: input under {@code field}'s name is translated into other fields of the same
 * record.
 *
 * @param field name and type of the spelling
 * @param path where the value goes, when it goes to one place
 * @param translation what the value stands for, when it is more than one place
 * @param echoed whether answers show the value under this name too
 */
public record Shorthand(
    FieldSpec field,
    List<String> path,
    @Nullable Function<JsonNode, ObjectNode> translation,
    boolean echoed) {

  /** A deprecated name of the field at {@code dottedPath}; answers show both. */
  public static Shorthand of(FieldSpec field, String dottedPath) {
    Deprecation deprecation = Deprecation.replacedBy(dottedPath);
    return new Shorthand(
        field.deprecated(deprecation), deprecation.replacedWith(), null, /* echoed= */ true);
  }

  /** A spelling that is only ever read, and overrides the fields it stands for. */
  public static Shorthand writeOnly(FieldSpec field, Function<JsonNode, ObjectNode> translation) {
    return new Shorthand(field, List.of(), translation, /* echoed= */ false);
  }
}
