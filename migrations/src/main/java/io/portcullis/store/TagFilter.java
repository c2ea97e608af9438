package io.portcullis.store;

import java.util.List;

/**
 * Keeps rows by their tags.
 *
 * @param tags one to five
 */
public record TagFilter(Match match, List<String> tags) {
  private static final int MOST = 5;

  public TagFilter {
    tags = List.copyOf(tags);
    if (tags.isEmpty() || tags.size() > MOST) {
      throw new IllegalArgumentException(tags.size() + " tags, expected 1 to " + MOST);
    }
  }

  /** How many of the tags a row must bear. */
  public enum Match {
    ALL,
    ANY
  }
}
