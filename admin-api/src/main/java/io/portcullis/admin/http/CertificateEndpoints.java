package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Certificates: rows that paths name by id or by a server name, and that show their server names as
 * a list which can be written.
 */
final class CertificateEndpoints {
  private static final String SNIS = "snis";

  private final EntitySpec spec;
  private final EntityRows rows;
  private final BodyDecoder decoder;
  private final Transactions transactions;
  private final CertificateNames serverNames;

  CertificateEndpoints(
      EntitySpecs specs,
      EntityRows rows,
      BodyDecoder decoder,
      Transactions transactions,
      EntityEditor editor) {
    this.spec = specs.byName("certificates").orElseThrow();
    this.rows = rows;
    this.decoder = decoder;
    this.transactions = transactions;
    this.serverNames = new CertificateNames(specs, editor);
  }

  List<Endpoint> all() {
    return List.of(
        new Endpoint(
            "/certificates",
            Map.of(
                "GET",
                request -> EntityEndpoints.list(transactions, spec, request, serverNames::shown),
                "POST",
                request -> write(201, writer -> create(writer, request.body())))),
        new Endpoint(
            "/certificates/{certificates}",
            Map.of(
                "GET",
                request ->
                    transactions.read(
                        reader -> ok(serverNames.shown(reader, row(reader, request)))),
                "PUT",
                request -> write(200, writer -> put(writer, request)),
                "PATCH",
                request -> write(200, writer -> patch(writer, request)),
                "DELETE",
                request -> transactions.write(writer -> delete(writer, request)))));
  }

  private interface Change {
    ObjectNode in(EntityWriter writer);
  }

  private AdminResponse write(int status, Change change) {
    return transactions.write(
        writer -> EntityTags.shown(status, serverNames.shown(writer, change.in(writer))));
  }

  private ObjectNode create(EntityWriter writer, RequestBody body) {
    ObjectNode input = decoder.decode(spec, body, null);
    ObjectNode made = rows.create(writer, spec, input, null);
    setNames(writer, made, made.get(SNIS), null);
    return made;
  }

  private ObjectNode put(EntityWriter writer, AdminRequest request) {
    ObjectNode input = decoder.decode(spec, request.body(), null);
    String segment = request.parameter(0);
    Optional<UUID> named = serverNames.find(writer, segment);
    EntityTags.check(
        request,
        () ->
            named
                .flatMap(id -> new RowKey.Id(id).find(writer, spec))
                .map(row -> serverNames.shown(writer, row)));
    // A server name in the path is one of the certificate's, whether the body lists it or not.
    String own = RowKey.isUuid(segment) ? null : segment;
    ObjectNode made =
        named.isPresent()
            ? rows.put(writer, spec, new RowKey.Id(named.get()), input, null)
            : rows.create(writer, spec, input, null);
    setNames(writer, made, made.get(SNIS), own);
    return made;
  }

  private ObjectNode patch(EntityWriter writer, AdminRequest request) {
    RowKey key = rows.key(writer, spec, request.parameter(0));
    ObjectNode stored = row(writer, request);
    EntityTags.check(request, () -> Optional.of(serverNames.shown(writer, stored)));
    ObjectNode patch = decoder.decode(spec, request.body(), stored);
    JsonNode names = patch.get(SNIS);
    if (names != null && names.isString()) {
      patch.putArray(SNIS).add(names);
    }
    ObjectNode changed = rows.change(writer, spec, key, stored, patch);
    if (patch.has(SNIS)) {
      setNames(writer, changed, changed.get(SNIS), null);
    }
    return changed;
  }

  private AdminResponse delete(EntityWriter writer, AdminRequest request) {
    RowKey key = rows.key(writer, spec, request.parameter(0));
    Optional<ObjectNode> row = key.find(writer, spec);
    EntityTags.check(request, () -> row.map(stored -> serverNames.shown(writer, stored)));
    row.ifPresent(stored -> rows.delete(writer, spec, key, stored));
    return AdminResponse.noContent();
  }

  /**
   * The row that the path names, or 404 with a code.
   *
   * @throws Refusal 404
   */
  private ObjectNode row(EntityReader reader, AdminRequest request) {
    RowKey key = rows.key(reader, spec, request.parameter(0));
    return key.find(reader, spec)
        .orElseThrow(
            () -> {
              ApiError missing = key.missing();
              return new Refusal(missing.status(), missing.toJson());
            });
  }

  private void setNames(
      EntityWriter writer, ObjectNode certificate, @Nullable JsonNode list, @Nullable String own) {
    UUID id = EntityRows.id(certificate);
    JsonNode given = list == null || !list.isArray() ? JsonNodeFactory.instance.arrayNode() : list;
    Set<String> wanted = serverNames.checked(writer, id, given);
    if (own != null) {
      wanted.add(own);
    }
    serverNames.replace(writer, id, wanted);
  }

  private static AdminResponse ok(ObjectNode row) {
    return EntityTags.shown(200, row);
  }
}
