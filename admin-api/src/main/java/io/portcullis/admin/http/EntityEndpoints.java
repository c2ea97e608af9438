package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.PageRequest;
import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.TagFilter;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.store.PageQuery;
import io.portcullis.store.StoredPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The endpoints that follow from the entity specs: each entity's collection and rows, the rows that
 * refer to it below its own ({@code /services/{s}/routes}), and the row that it refers to ({@code
 * /routes/{r}/service}). Certificates have a collection and rows of their own, and so have targets,
 * below their upstream.
 */
final class EntityEndpoints {
  private final EntitySpecs specs;
  private final EntityRows rows;
  private final Transactions transactions;

  EntityEndpoints(EntitySpecs specs, EntityRows rows, Transactions transactions) {
    this.specs = specs;
    this.rows = rows;
    this.transactions = transactions;
  }

  List<Endpoint> all() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (EntitySpec spec : specs.shown()) {
      if (spec.name().equals("targets")) {
        continue;
      }
      if (!spec.name().equals("certificates")) {
        endpoints.add(collection(spec));
        endpoints.add(row(spec));
      }
      for (FieldSpec foreign : spec.foreigns()) {
        Optional<EntitySpec> target = foreign.reference().flatMap(specs::byName);
        if (target.isPresent()) {
          if (!spec.name().equals("snis")) { // Kong has no such path
            endpoints.add(referred(spec, foreign.name(), target.get()));
          }
          endpoints.add(children(target.get(), spec, foreign.name()));
          endpoints.add(child(target.get(), spec, foreign.name()));
        }
      }
    }
    return endpoints;
  }

  private Endpoint collection(EntitySpec spec) {
    AdminPage list =
        spec.name().equals("consumers")
            ? request ->
                request.query().first("custom_id").isPresent()
                    ? consumerByCustomId(spec, request)
                    : list(spec, request)
            : request -> list(spec, request);
    return new Endpoint(
        "/" + spec.path(),
        Map.of(
            "GET",
            list,
            "POST",
            request ->
                transactions.write(
                    writer -> created(spec, rows.create(writer, spec, request.body(), null)))));
  }

  private Endpoint row(EntitySpec spec) {
    return new Endpoint(
        "/" + spec.path() + "/" + parameter(spec),
        Map.of(
            "GET",
            request ->
                transactions.read(
                    reader -> ok(spec, rows.existing(reader, spec, request.parameter(0)))),
            "PUT",
            request ->
                transactions.write(
                    writer -> {
                      RowKey key = key(writer, spec, request, 0);
                      EntityTags.check(request, () -> key.find(writer, spec));
                      return ok(spec, rows.put(writer, spec, key, request.body(), null));
                    }),
            "PATCH",
            request ->
                transactions.write(
                    writer -> {
                      RowKey key = key(writer, spec, request, 0);
                      key.find(writer, spec).ifPresent(row -> EntityTags.check(request, row));
                      return ok(spec, rows.patch(writer, spec, key, request.body()));
                    }),
            "DELETE",
            request ->
                transactions.write(
                    writer -> {
                      RowKey key = key(writer, spec, request, 0);
                      Optional<ObjectNode> row = key.find(writer, spec);
                      EntityTags.check(request, () -> row);
                      row.ifPresent(stored -> rows.delete(writer, spec, key, stored));
                      return AdminResponse.noContent();
                    })));
  }

  /** The rows of {@code spec} that refer to a row of {@code parent}. */
  private Endpoint children(EntitySpec parent, EntitySpec spec, String field) {
    return new Endpoint(
        "/" + parent.path() + "/" + parameter(parent) + "/" + spec.nestedPath(),
        Map.of(
            "GET",
            request ->
                transactions.read(
                    reader -> {
                      UUID id = parentId(reader, parent, request);
                      PageRequest page = PageRequest.of(request.query());
                      TagFilter.of(request.query()); // checked, then ignored, as in Kong
                      StoredPage found =
                          reader.page(
                              spec,
                              PageQuery.first(page.size())
                                  .after(page.afterId().orElse(null))
                                  .under(field, id));
                      return Pages.nested(request, shown(spec, found.rows()), offset(found.next()));
                    }),
            "POST",
            request ->
                transactions.write(
                    writer -> {
                      UUID id = parentId(writer, parent, request);
                      return created(
                          spec,
                          rows.create(
                              writer, spec, request.body(), new EntityRows.Parent(field, id)));
                    })));
  }

  private Endpoint child(EntitySpec parent, EntitySpec spec, String field) {
    return new Endpoint(
        "/"
            + parent.path()
            + "/"
            + parameter(parent)
            + "/"
            + spec.nestedPath()
            + "/"
            + parameter(spec),
        Map.of(
            "GET",
            request ->
                transactions.read(
                    reader -> {
                      UUID id = parentId(reader, parent, request);
                      return ok(spec, childRow(reader, id, spec, field, request));
                    }),
            "PUT",
            request ->
                transactions.write(
                    writer -> {
                      UUID id = parentId(writer, parent, request);
                      RowKey key = childKey(writer, spec, field, id, request);
                      EntityTags.check(request, () -> key.find(writer, spec));
                      return ok(
                          spec,
                          rows.put(
                              writer, spec, key, request.body(), new EntityRows.Parent(field, id)));
                    }),
            "PATCH",
            request ->
                transactions.write(
                    writer -> {
                      UUID id = parentId(writer, parent, request);
                      ObjectNode stored = childRow(writer, id, spec, field, request);
                      EntityTags.check(request, stored);
                      return ok(
                          spec,
                          rows.patch(
                              writer,
                              spec,
                              childKey(writer, spec, field, id, request),
                              stored,
                              request.body(),
                              new EntityRows.Parent(field, id)));
                    }),
            "DELETE",
            request ->
                transactions.write(
                    writer -> {
                      UUID id = parentId(writer, parent, request);
                      ObjectNode stored = childRow(writer, id, spec, field, request);
                      EntityTags.check(request, stored);
                      rows.delete(writer, spec, childKey(writer, spec, field, id, request), stored);
                      return AdminResponse.noContent();
                    })));
  }

  /** The row of {@code target} that a row of {@code spec} refers to. */
  private Endpoint referred(EntitySpec spec, String field, EntitySpec target) {
    return new Endpoint(
        "/" + spec.path() + "/" + parameter(spec) + "/" + field,
        Map.of(
            "GET",
            request ->
                transactions.read(
                    reader -> ok(target, referredRow(reader, spec, field, target, request))),
            "PUT",
            request ->
                transactions.write(
                    writer -> {
                      ObjectNode referring = rows.existing(writer, spec, request.parameter(0));
                      Optional<UUID> id = EntityRows.reference(referring, field);
                      EntityTags.check(request, () -> id.flatMap(row -> writer.find(target, row)));
                      if (id.isPresent()) {
                        return ok(
                            target,
                            rows.put(
                                writer, target, new RowKey.Id(id.get()), request.body(), null));
                      }
                      ObjectNode made = rows.create(writer, target, request.body(), null);
                      rows.link(
                          writer,
                          spec,
                          referring,
                          new EntityRows.Parent(field, EntityRows.id(made)));
                      return ok(target, made);
                    }),
            "PATCH",
            request ->
                transactions.write(
                    writer -> {
                      ObjectNode stored = referredRow(writer, spec, field, target, request);
                      EntityTags.check(request, stored);
                      RowKey key = new RowKey.Id(EntityRows.id(stored));
                      return ok(target, rows.patch(writer, target, key, stored, request.body()));
                    }),
            "DELETE",
            request ->
                transactions.read(
                    reader -> {
                      referredRow(reader, spec, field, target, request);
                      throw Refusal.methodNotAllowed();
                    })));
  }

  private AdminResponse list(EntitySpec spec, AdminRequest request) {
    return list(transactions, spec, request, (reader, found) -> shown(spec, found));
  }

  private List<ObjectNode> shown(EntitySpec spec, List<ObjectNode> found) {
    return spec.isExpiring() ? found.stream().map(row -> rows.shown(spec, row)).toList() : found;
  }

  /** What a listing shows of the rows that were found. */
  interface Shown {
    List<ObjectNode> of(EntityReader reader, List<ObjectNode> found);
  }

  static AdminResponse list(
      Transactions transactions, EntitySpec spec, AdminRequest request, Shown shown) {
    PageRequest page = PageRequest.of(request.query());
    Optional<TagFilter> tags = TagFilter.of(request.query());
    PageQuery query =
        PageQuery.first(page.size())
            .after(page.afterId().orElse(null))
            .taggedWith(tags.map(EntityEndpoints::stored).orElse(null));
    return transactions.read(
        reader -> {
          StoredPage found = reader.page(spec, query);
          return Pages.top(
              request, page, tags, shown.of(reader, found.rows()), offset(found.next()));
        });
  }

  private AdminResponse consumerByCustomId(EntitySpec spec, AdminRequest request) {
    String customId = request.query().first("custom_id").orElse("");
    if (customId.isEmpty()) {
      throw Refusal.message(400, "custom_id must be an unempty string");
    }
    boolean storable = customId.indexOf('\0') < 0 && PercentEncoding.isWellFormed(customId);
    return transactions.read(
        reader -> {
          Optional<ObjectNode> found =
              storable ? reader.findBy(spec, "custom_id", customId) : Optional.empty();
          return Pages.nested(request, found.map(List::of).orElse(List.of()), null);
        });
  }

  private static io.portcullis.store.TagFilter stored(TagFilter filter) {
    return new io.portcullis.store.TagFilter(
        filter.all()
            ? io.portcullis.store.TagFilter.Match.ALL
            : io.portcullis.store.TagFilter.Match.ANY,
        filter.tags());
  }

  private UUID parentId(EntityReader reader, EntitySpec parent, AdminRequest request) {
    return EntityRows.id(rows.existing(reader, parent, request.parameter(0)));
  }

  private ObjectNode childRow(
      EntityReader reader, UUID parent, EntitySpec spec, String field, AdminRequest request) {
    ObjectNode row =
        childKey(reader, spec, field, parent, request)
            .find(reader, spec)
            .orElseThrow(Refusal::notFound);
    if (!EntityRows.reference(row, field).equals(Optional.of(parent))) {
      throw Refusal.notFound();
    }
    return row;
  }

  private RowKey childKey(
      EntityReader reader, EntitySpec spec, String field, UUID parent, AdminRequest request) {
    return rows.key(reader, spec, new EntityRows.Parent(field, parent), request.parameter(1));
  }

  private ObjectNode referredRow(
      EntityReader reader, EntitySpec spec, String field, EntitySpec target, AdminRequest request) {
    ObjectNode referring = rows.existing(reader, spec, request.parameter(0));
    return EntityRows.reference(referring, field)
        .flatMap(id -> reader.find(target, id))
        .orElseThrow(Refusal::notFound);
  }

  private RowKey key(EntityReader reader, EntitySpec spec, AdminRequest request, int parameter) {
    return rows.key(reader, spec, request.parameter(parameter));
  }

  private static String parameter(EntitySpec spec) {
    return "{" + spec.name() + "}";
  }

  private static @Nullable JsonNode offset(@Nullable UUID last) {
    return last == null ? null : JsonNodeFactory.instance.arrayNode().add(last.toString());
  }

  private AdminResponse ok(EntitySpec spec, ObjectNode row) {
    return shown(200, spec, row);
  }

  private AdminResponse created(EntitySpec spec, ObjectNode row) {
    return shown(201, spec, row);
  }

  /** The tag is that of the row as it is kept: what is left of its time changes by itself. */
  private AdminResponse shown(int status, EntitySpec spec, ObjectNode row) {
    return EntityTags.shown(status, rows.shown(spec, row), row);
  }
}
