package io.portcullis.admin.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The {@code tags} argument of a list: {@code a,b} asks for rows that have all of them, {@code a/b}
 * for rows that have one.
 *
 * @param tags at least one, at most {@value #MAX_TAGS}
 * @param all whether a row must have all of them
 * @param text as it was sent, to be repeated in the link to the next page
 */
public record TagFilter(List<String> tags, boolean all, String text) {
  private static final int MAX_TAGS = 5;

  /** Matches no row: a tag cannot hold a comma. */
  private static final String IMPOSSIBLE = ",";

  public TagFilter {
    tags = List.copyOf(tags);
  }

  /**
   * Reads {@code tags} (or {@code tags[]}); of several the first counts.
   *
   * @throws Refusal 400 with code 11
   */
  public static Optional<TagFilter> of(Arguments query) {
    Optional<String> sent = query.first("tags").or(() -> query.first("tags[]"));
    return sent.map(TagFilter::parse);
  }

  private static TagFilter parse(String text) {
    if (text.isEmpty()) {
      throw invalid("cannot be null");
    }
    boolean comma = text.indexOf(',') >= 0;
    boolean slash = text.indexOf('/') >= 0;
    if (comma && slash || !isFilterText(text)) {
      throw invalid("invalid filter syntax");
    }
    List<String> tags = new ArrayList<>();
    for (String tag : text.split(slash ? "/" : ",", -1)) {
      tags.add(tag.isEmpty() ? IMPOSSIBLE : tag);
    }
    if (tags.size() > MAX_TAGS) {
      throw invalid("cannot query more than " + MAX_TAGS + " tags");
    }
    return new TagFilter(tags, !slash, text);
  }

  private static boolean isFilterText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit < 0x20 || unit == 0x7F) {
        return false;
      }
    }
    return PercentEncoding.isWellFormed(text);
  }

  private static Refusal invalid(String reason) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", 11)
            .put("name", "invalid options")
            .put("message", "invalid option (tags: " + reason + ")");
    body.putObject("options").put("tags", reason);
    return new Refusal(400, body);
  }
}
