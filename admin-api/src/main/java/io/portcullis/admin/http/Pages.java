package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.PageRequest;
import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.admin.wire.TagFilter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The envelope around a piece of a list. */
final class Pages {
  private Pages() {}

  /**
   * A page of a top-level list, whose link to the next one repeats what was asked for.
   *
   * @param after primary key of the last row; null on the last page
   */
  static AdminResponse top(
      AdminRequest request,
      PageRequest page,
      Optional<TagFilter> tags,
      List<? extends JsonNode> rows,
      @Nullable JsonNode after) {
    StringBuilder more = new StringBuilder();
    tags.ifPresent(filter -> more.append("&tags=").append(PercentEncoding.encode(filter.text())));
    if (page.sizeGiven()) {
      more.append("&size=").append(page.size());
    }
    return envelope(request.path(), rows, after, more.toString());
  }

  /** A page of a list under a row; as in Kong, its link repeats neither size nor tags. */
  static AdminResponse nested(
      AdminRequest request, List<? extends JsonNode> rows, @Nullable JsonNode after) {
    return envelope(request.path(), rows, after, "");
  }

  private static AdminResponse envelope(
      String path, List<? extends JsonNode> rows, @Nullable JsonNode after, String more) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ArrayNode data = envelope.putArray("data");
    rows.forEach(data::add);
    if (after == null) {
      envelope.putNull("next");
    } else {
      String offset = PageRequest.encode(after);
      envelope.put("next", path + "?offset=" + PercentEncoding.encode(offset) + more);
      envelope.put("offset", offset);
    }
    return AdminResponse.json(200, envelope);
  }
}
