package io.portcullis.plugins.jwtvalidator;

import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply.HeaderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Claims that become headers of the request, in the place of what the client sent. */
final class PropagatedClaims {
  private record Pair(ClaimPath claim, String header) {}

  private final List<Pair> pairs = new ArrayList<>();
  private final boolean lineForEach;

  /**
   * @param pairs claim and header
   * @param lineForEach whether an array is a line for each element, else one with commas
   */
  PropagatedClaims(List<List<String>> pairs, boolean lineForEach) {
    for (List<String> pair : pairs) {
      this.pairs.add(
          new Pair(ClaimPath.dotted(pair.getFirst()), pair.getLast().toLowerCase(Locale.ROOT)));
    }
    this.lineForEach = lineForEach;
  }

  /** The lines for one token's claims; a claim that is missing gives an empty one. */
  List<HeaderLine> lines(JsonNode claims) {
    List<HeaderLine> lines = new ArrayList<>(pairs.size());
    for (Pair pair : pairs) {
      JsonNode value = pair.claim.in(claims);
      if (lineForEach && value != null && value.isArray()) {
        value.forEach(element -> lines.add(line(pair, text(element))));
      } else {
        lines.add(line(pair, text(value)));
      }
    }
    return List.copyOf(lines);
  }

  /** Sets lines that were made here. */
  void apply(List<HeaderLine> lines, Headers request) {
    for (Pair pair : pairs) {
      request.remove(pair.header);
    }
    for (HeaderLine line : lines) {
      request.add(line.name(), line.value());
    }
  }

  private static HeaderLine line(Pair pair, String text) {
    return new HeaderLine(pair.header, HeaderText.of(text));
  }

  private static String text(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return "";
    }
    if (value.isArray()) {
      StringBuilder text = new StringBuilder();
      for (JsonNode element : value) {
        if (!text.isEmpty()) {
          text.append(',');
        }
        text.append(text(element));
      }
      return text.toString();
    }
    return value.isString() ? value.stringValue() : value.toString();
  }
}
