package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.PageRequest;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.TagFilter;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.TargetText;
import io.portcullis.store.PageQuery;
import io.portcullis.store.StoredPage;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Targets, which exist below their upstream only. They are listed from the newest, are named by id
 * or by host and port, and PUT changes one but makes none.
 */
final class TargetEndpoints {
  private static final String TARGET = "target";

  private final TargetRows targets;
  private final EntityRows rows;
  private final BodyDecoder decoder;
  private final Transactions transactions;

  TargetEndpoints(
      TargetRows targets, EntityRows rows, BodyDecoder decoder, Transactions transactions) {
    this.targets = targets;
    this.rows = rows;
    this.decoder = decoder;
    this.transactions = transactions;
  }

  List<Endpoint> all() {
    String path = "/upstreams/{upstreams}/targets";
    return List.of(
        new Endpoint(path, Map.of("GET", this::list, "POST", this::create)),
        Endpoint.get(path + "/all", this::everyRow),
        new Endpoint(
            path + "/{targets}",
            Map.of(
                "GET",
                request -> transactions.read(reader -> ok(target(reader, request))),
                "PUT",
                this::change,
                "PATCH",
                this::change,
                "DELETE",
                this::delete)));
  }

  private AdminResponse list(AdminRequest request) {
    RowPage page = RowPage.of(request.query());
    TagFilter.of(request.query()); // checked, then ignored, as on all lists under a row
    return transactions.read(
        reader -> page.answer(request, targets.newestFirst(reader, upstreamId(reader, request))));
  }

  /** The ordinary list under a row: by id. */
  private AdminResponse everyRow(AdminRequest request) {
    return transactions.read(
        reader -> {
          UUID upstream = upstreamId(reader, request);
          PageRequest page = PageRequest.of(request.query());
          StoredPage found =
              reader.page(
                  targets.targets(),
                  PageQuery.first(page.size())
                      .after(page.afterId().orElse(null))
                      .under(TargetRows.UPSTREAM, upstream));
          UUID last = found.next();
          JsonNode after =
              last == null ? null : JsonNodeFactory.instance.arrayNode().add(last.toString());
          return Pages.nested(request, found.rows(), after);
        });
  }

  private AdminResponse create(AdminRequest request) {
    return transactions.write(
        writer -> {
          UUID upstream = upstreamId(writer, request);
          ObjectNode input = decoder.decode(targets.targets(), request.body(), null);
          checkHost(input);
          EntityRows.Parent parent = new EntityRows.Parent(TargetRows.UPSTREAM, upstream);
          return EntityTags.shown(201, rows.create(writer, targets.targets(), input, parent));
        });
  }

  /** Here Kong's refusal does not repeat the value, and comes before any other. */
  private static void checkHost(ObjectNode input) {
    JsonNode text = input.get(TARGET);
    if (text != null && text.isString() && TargetText.normal(text.stringValue()).isEmpty()) {
      ApiError error =
          ApiError.schemaViolation(TARGET, "Invalid target; not a valid hostname or ip address");
      throw new Refusal(error.status(), error.toJson());
    }
  }

  private AdminResponse change(AdminRequest request) {
    return transactions.write(
        writer -> {
          ObjectNode stored = target(writer, request);
          EntityTags.check(request, stored);
          ObjectNode patch = decoder.decode(targets.targets(), request.body(), stored);
          patch.set(TargetRows.UPSTREAM, stored.get(TargetRows.UPSTREAM).deepCopy());
          RowKey key = new RowKey.Id(EntityRows.id(stored));
          return ok(rows.change(writer, targets.targets(), key, stored, patch));
        });
  }

  private AdminResponse delete(AdminRequest request) {
    return transactions.write(
        writer -> {
          ObjectNode stored = target(writer, request);
          EntityTags.check(request, stored);
          RowKey key = new RowKey.Id(EntityRows.id(stored));
          rows.delete(writer, targets.targets(), key, stored);
          return AdminResponse.noContent();
        });
  }

  private ObjectNode target(EntityReader reader, AdminRequest request) {
    return targets.target(reader, upstreamId(reader, request), request);
  }

  private UUID upstreamId(EntityReader reader, AdminRequest request) {
    return EntityRows.id(targets.upstream(reader, request));
  }

  private static AdminResponse ok(ObjectNode row) {
    return EntityTags.shown(200, row);
  }
}
