package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.schema.ApiError;
import io.portcullis.store.RowChange;
import io.portcullis.store.StoreException;
import io.portcullis.store.Written;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One transaction per call, and what its outcome means on the wire: our version headers, Kong's
 * errors. A write waits, after its commit, until this node's proxy serves it.
 */
final class Transactions {
  private static final String VERSION_HEADER = "X-Portcullis-Config-Version";
  private static final String LIVE_HEADER = "X-Portcullis-Config-Live";

  private final EntityAccess entities;
  private final LiveConfiguration live;
  private final Duration patience;

  /**
   * @param patience how long a write waits for the proxy
   */
  Transactions(EntityAccess entities, LiveConfiguration live, Duration patience) {
    this.entities = entities;
    this.live = live;
    this.patience = patience;
  }

  AdminResponse read(Function<EntityReader, AdminResponse> work) {
    return translating(
        () ->
            entities.read(
                reader ->
                    work.apply(reader).with(VERSION_HEADER, Long.toString(reader.version()))));
  }

  AdminResponse write(Function<EntityWriter, AdminResponse> work) {
    return translating(
        () -> {
          Optional<AdminCall> call = AdminCall.current();
          AtomicReference<List<RowChange>> changes = new AtomicReference<>(List.of());
          Written<AdminResponse> written =
              entities.write(
                  writer -> {
                    call.ifPresent(caller -> writer.sign(caller.author()));
                    AdminResponse response = work.apply(writer);
                    changes.set(writer.changes());
                    return response;
                  });
          if (!changes.get().isEmpty()) {
            call.ifPresent(caller -> caller.changed(written.version(), changes.get()));
          }
          return live(written.version(), written.value());
        });
  }

  /** An answer once this node's proxy serves a version, or when patience ends. */
  AdminResponse live(long version, AdminResponse answer) {
    AdminResponse response = answer.with(VERSION_HEADER, Long.toString(version));
    return live.awaitVersion(version, patience) ? response : response.with(LIVE_HEADER, "false");
  }

  private static AdminResponse translating(Supplier<AdminResponse> work) {
    try {
      return work.get();
    } catch (StoreException failure) {
      return answer(failure);
    }
  }

  private static AdminResponse answer(StoreException failure) {
    return switch (failure) {
      case StoreException.UniqueViolation unique ->
          answer(ApiError.uniqueViolation(unique.fields()));
      case StoreException.PrimaryKeyViolation taken ->
          answer(ApiError.primaryKeyViolation(taken.id().toString()));
      case StoreException.ForeignKeyViolation dangling ->
          answer(ApiError.danglingReference(dangling.field(), key(dangling), dangling.target()));
      case StoreException.StillReferenced referenced ->
          answer(ApiError.stillReferenced(referenced.entity(), referenced.by()));
      case StoreException.HistoryLost lost ->
          AdminResponse.message(409, String.valueOf(lost.getMessage()));
      case StoreException.Busy busy ->
          AdminResponse.message(503, "the database is busy, try again: " + busy.getMessage())
              .with("Retry-After", "1");
      case StoreException.Unavailable away ->
          AdminResponse.message(503, "the database cannot be reached: " + away.getMessage());
      case StoreException.Unexpected unexpected -> throw unexpected;
    };
  }

  private static ObjectNode key(StoreException.ForeignKeyViolation dangling) {
    return JsonNodeFactory.instance.objectNode().put("id", dangling.id().toString());
  }

  private static AdminResponse answer(ApiError error) {
    return AdminResponse.json(error.status(), error.toJson());
  }
}
