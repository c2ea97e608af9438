package io.portcullis.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which piece of a listing.
 *
 * @param size 1 to 1000 rows
 * @param after only rows whose id comes after this one in the order of their text
 */
public record PageQuery(
    int size, @Nullable UUID after, @Nullable TagFilter tags, @Nullable Parent parent) {
  private static final int LARGEST = 1000;

  public PageQuery {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException("page size is " + size + ", expected 1 to " + LARGEST);
    }
  }

  /** The first rows of a whole listing. */
  public static PageQuery first(int size) {
    return new PageQuery(size, null, null, null);
  }

  public PageQuery after(@Nullable UUID id) {
    return new PageQuery(size, id, tags, parent);
  }

  public PageQuery taggedWith(@Nullable TagFilter filter) {
    return new PageQuery(size, after, filter, parent);
  }

  /** Only rows whose foreign field refers to that row: the routes of one service. */
  public PageQuery under(String foreignField, UUID id) {
    return new PageQuery(size, after, tags, new Parent(foreignField, id));
  }

  /**
   * The row that all listed rows refer to.
   *
   * @param field the referring field of the listed entity, {@code service} for example
   */
  public record Parent(String field, UUID id) {}
}
