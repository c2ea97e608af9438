package io.portcullis.plugins.jwtvalidator;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Roles or scopes that a token must have.
 *
 * @param wanted none for any token
 * @param claim an array, or a text with spaces between them
 * @param all whether one of them is not enough
 */
record Grant(List<String> wanted, ClaimPath claim, boolean all) {

  boolean isIn(JsonNode claims) {
    if (wanted.isEmpty()) {
      return true;
    }
    Set<String> had = had(claim.in(claims));
    for (String one : wanted) {
      if (had.contains(one) != all) {
        return !all;
      }
    }
    return all;
  }

  private static Set<String> had(@Nullable JsonNode value) {
    Set<String> had = new HashSet<>();
    if (value == null) {
      return had;
    }
    if (value.isString()) {
      had.addAll(List.of(value.stringValue().split(" ", -1)));
    } else if (value.isArray()) {
      value.forEach(
          element -> {
            if (element.isString()) {
              had.add(element.stringValue());
            }
          });
    }
    return had;
  }
}
