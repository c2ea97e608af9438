package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.TargetText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Finds upstreams and their targets by what paths call them. */
final class TargetRows {
  static final String UPSTREAM = "upstream";

  private static final Comparator<ObjectNode> NEWEST_FIRST =
      Comparator.comparingDouble((ObjectNode row) -> row.path("created_at").asDouble(0))
          .reversed()
          .thenComparing(row -> row.get("id").stringValue());

  private final EntitySpec upstreams;
  private final EntitySpec targets;
  private final EntityRows rows;

  TargetRows(EntitySpecs specs, EntityRows rows) {
    this.upstreams = specs.byName("upstreams").orElseThrow();
    this.targets = specs.byName("targets").orElseThrow();
    this.rows = rows;
  }

  EntitySpec targets() {
    return targets;
  }

  /**
   * The upstream of the path's first segment.
   *
   * @throws Refusal 404 when there is none, 400 when the segment can name none
   */
  ObjectNode upstream(EntityReader reader, AdminRequest request) {
    return rows.existing(reader, upstreams, request.parameter(0));
  }

  /** All targets of an upstream, the newest first. */
  List<ObjectNode> newestFirst(EntityReader reader, UUID upstream) {
    List<ObjectNode> found = new ArrayList<>(reader.under(targets, UPSTREAM, List.of(upstream)));
    found.sort(NEWEST_FIRST);
    return found;
  }

  /**
   * The target of the path's second segment, by id or by host and port.
   *
   * @throws Refusal 404 when the upstream has none
   */
  ObjectNode target(EntityReader reader, UUID upstream, AdminRequest request) {
    String segment = request.parameter(1);
    Optional<ObjectNode> found =
        RowKey.isUuid(segment)
            ? reader
                .find(targets, UUID.fromString(segment))
                .filter(row -> EntityRows.reference(row, UPSTREAM).equals(Optional.of(upstream)))
            : named(reader, upstream, segment);
    return found.orElseThrow(Refusal::notFound);
  }

  private Optional<ObjectNode> named(EntityReader reader, UUID upstream, String text) {
    Optional<String> normal = TargetText.normal(text);
    if (normal.isEmpty()) {
      return Optional.empty();
    }
    return reader.under(targets, UPSTREAM, List.of(upstream)).stream()
        .filter(row -> row.get("target").stringValue().equals(normal.get()))
        .findFirst();
  }
}
