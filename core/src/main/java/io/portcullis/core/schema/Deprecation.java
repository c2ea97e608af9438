package io.portcullis.core.schema;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Why a field should not be used any more.
 *
 * @param removedIn version that drops it
 * @param oldDefault its default while it had an effect
 * @param replacedWith path of the field that took its place; empty when there is none
 */
public record Deprecation(
    String removedIn, @Nullable JsonNode oldDefault, List<String> replacedWith) {
  private static final String NEXT_MAJOR = "4.0";

  /** A field without effect that was once set to {@code oldDefault}. */
  public static Deprecation withoutEffect(Object oldDefault) {
    return new Deprecation(NEXT_MAJOR, Json.of(oldDefault), List.of());
  }

  /** Another field took its place. */
  public static Deprecation replacedBy(String dottedPath) {
    return new Deprecation(NEXT_MAJOR, null, Arrays.asList(dottedPath.split("\\.")));
  }

  /** To be dropped, nothing more to say. */
  public static Deprecation plain() {
    return new Deprecation(NEXT_MAJOR, null, List.of());
  }
}
