package io.portcullis.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A piece of a listing, ascending by id.
 *
 * @param next what to ask for {@linkplain PageQuery#after after}; null on the last page
 */
public record StoredPage(List<ObjectNode> rows, @Nullable UUID next) {
  public StoredPage {
    rows = List.copyOf(rows);
  }
}
