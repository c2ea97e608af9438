package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.store.Fingerprint;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ETag} and {@code If-Match}: a writer that has seen a row changes it only if nobody else
 * has meanwhile (RFC 9110, section 13.1.1). Asked for inside the transaction, which no other
 * writer's overlaps, so of two writers who saw the same only one succeeds.
 */
final class EntityTags {
  private static final String HEADER = "ETag";

  private EntityTags() {}

  /** An answer that shows a row. */
  static AdminResponse shown(int status, ObjectNode row) {
    return shown(status, row, row);
  }

  /** The same for a row that is shown in another form than it is kept in. */
  static AdminResponse shown(int status, ObjectNode form, ObjectNode row) {
    return AdminResponse.json(status, form).with(HEADER, of(row));
  }

  static String of(ObjectNode row) {
    return '"' + Fingerprint.of(row) + '"';
  }

  /**
   * Lets a write pass that names the row's state, or no state at all.
   *
   * @param stored the row that {@code ETag} was made of; asked for only if it matters
   * @throws Refusal 412
   */
  static void check(AdminRequest request, Supplier<Optional<ObjectNode>> stored) {
    String wanted = request.ifMatch();
    if (wanted == null) {
      return;
    }
    Optional<ObjectNode> row = stored.get();
    if (row.isEmpty()) {
      throw refusal("there is no such entity");
    }
    if (!matches(wanted, of(row.get()))) {
      throw refusal("the entity has changed since it was read");
    }
  }

  /** The same for a row that is at hand. */
  static void check(AdminRequest request, @Nullable ObjectNode stored) {
    check(request, () -> Optional.ofNullable(stored));
  }

  private static boolean matches(String wanted, String tag) {
    for (String candidate : wanted.split(",", -1)) {
      String stripped = candidate.strip();
      if (stripped.equals("*") || stripped.equals(tag)) {
        return true;
      }
    }
    return false;
  }

  private static Refusal refusal(String why) {
    return Refusal.message(412, "Precondition failed: " + why);
  }
}
