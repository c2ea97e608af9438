package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.PageRequest;
import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.ApiError;
import io.portcullis.store.TagPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /tags} and {@code /tags/{tag}}: which rows bear which tags. */
final class TagEndpoints {
  private final Transactions transactions;

  TagEndpoints(Transactions transactions) {
    this.transactions = transactions;
  }

  List<Endpoint> all() {
    return List.of(
        new Endpoint("/tags", Map.of("GET", this::allTags, "POST", request -> readOnly())),
        new Endpoint(
            "/tags/{tags}",
            Map.of(
                "GET", this::oneTag,
                "PUT", request -> readOnly(),
                "PATCH", request -> readOnly(),
                "DELETE", request -> readOnly())));
  }

  private AdminResponse allTags(AdminRequest request) {
    PageRequest page = PageRequest.of(request.query());
    return transactions.read(
        reader -> {
          TagPage found = reader.tags(null, page.size(), after(page));
          return Pages.top(request, page, Optional.empty(), rows(found), offset(found.next()));
        });
  }

  private AdminResponse oneTag(AdminRequest request) {
    String tag = request.parameter(0);
    if (!isTag(tag)) {
      ApiError error =
          ApiError.invalidUnique(
              "tag",
              "invalid tag '"
                  + printable(tag)
                  + "': expected printable ascii (except `,` and `/`) or valid utf-8 sequences");
      throw new Refusal(error.status(), error.toJson());
    }
    PageRequest page = PageRequest.of(request.query());
    return transactions.read(
        reader -> {
          TagPage found = reader.tags(tag, page.size(), after(page));
          return Pages.nested(request, rows(found), offset(found.next()));
        });
  }

  private static AdminResponse readOnly() {
    ApiError error =
        ApiError.schemaViolation("tags", "does not support insert/upsert/update/delete operations");
    return AdminResponse.json(error.status(), error.toJson());
  }

  private static boolean isTag(String tag) {
    for (int i = 0; i < tag.length(); i++) {
      char unit = tag.charAt(i);
      if (unit < 0x20 || unit == 0x7F || unit == ',' || unit == '/') {
        return false;
      }
    }
    return PercentEncoding.isWellFormed(tag);
  }

  /** Lone surrogates have no UTF-8 form. */
  private static String printable(String text) {
    return PercentEncoding.isWellFormed(text)
        ? text
        : text.replaceAll("[\\uD800-\\uDFFF]", "\uFFFD");
  }

  private static TagPage.@Nullable Row after(PageRequest page) {
    JsonNode offset = page.after();
    return offset == null
        ? null
        : new TagPage.Row(
            PageRequest.part(offset, 0), PageRequest.part(offset, 1), PageRequest.uuid(offset, 2));
  }

  private static @Nullable JsonNode offset(TagPage.@Nullable Row last) {
    return last == null
        ? null
        : JsonNodeFactory.instance
            .arrayNode()
            .add(last.tag())
            .add(last.entityName())
            .add(last.entityId().toString());
  }

  private static List<ObjectNode> rows(TagPage page) {
    List<ObjectNode> rows = new ArrayList<>(page.rows().size());
    for (TagPage.Row row : page.rows()) {
      rows.add(
          JsonNodeFactory.instance
              .objectNode()
              .put("tag", row.tag())
              .put("entity_name", row.entityName())
              .put("entity_id", row.entityId().toString()));
    }
    return rows;
  }
}
