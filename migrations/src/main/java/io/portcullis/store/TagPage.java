package io.portcullis.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the list of all tags in use, by tag, then entity, then id.
 *
 * @param next what to ask for after this page; null on the last one
 */
public record TagPage(List<Row> rows, @Nullable Row next) {
  public TagPage {
    rows = List.copyOf(rows);
  }

  /** One tag of one row. */
  public record Row(String tag, String entityName, UUID entityId) {}
}
