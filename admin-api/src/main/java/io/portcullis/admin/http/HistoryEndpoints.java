package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Versions of the configuration: who made them, what they changed, and the way back to one. */
final class HistoryEndpoints {
  private static final int DEFAULT_SIZE = 100;
  private static final int LARGEST_SIZE = 1000;

  private final EntityAccess entities;
  private final Transactions transactions;

  HistoryEndpoints(EntityAccess entities, Transactions transactions) {
    this.entities = entities;
    this.transactions = transactions;
  }

  List<Endpoint> all() {
    return List.of(
        Endpoint.get("/portcullis/history", this::list),
        Endpoint.get("/portcullis/history/{version}", this::version),
        new Endpoint("/portcullis/history/{version}/rollback", Map.of("POST", this::rollBack)));
  }

  /** The newest first; {@code before} is the version that the page before ended with. */
  private AdminResponse list(AdminRequest request) {
    refuseWithoutDatabase();
    int size = (int) number(request, "size", DEFAULT_SIZE, 1, LARGEST_SIZE);
    long before = number(request, "before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    return transactions.read(
        reader -> {
          long current = reader.version();
          List<PastVersion> versions = reader.versions(Math.min(current, before - 1), size);
          ObjectNode body = JsonNodeFactory.instance.objectNode();
          body.put("current", current);
          ArrayNode data = body.putArray("data");
          versions.forEach(version -> data.add(summary(version)));
          boolean more = versions.size() == size && versions.getLast().version() > 1;
          body.put(
              "next",
              more
                  ? "/portcullis/history?size=" + size + "&before=" + versions.getLast().version()
                  : null);
          return AdminResponse.json(200, body);
        });
  }

  private AdminResponse version(AdminRequest request) {
    refuseWithoutDatabase();
    long wanted = version(request.parameter(0));
    int size = (int) number(request, "size", LARGEST_SIZE, 1, LARGEST_SIZE);
    return transactions.read(
        reader -> {
          PastVersion version =
              reader.versions(wanted, 1).stream().findFirst().orElseThrow(() -> unknown(wanted));
          ObjectNode body = summary(version);
          ArrayNode rows = body.putArray("rows");
          for (PastChange change : reader.changesOf(wanted, size)) {
            ObjectNode row = rows.addObject();
            row.put("entity", change.entity());
            row.put("id", change.id().toString());
            row.put("operation", change.operation());
            row.set("before", change.before().orElse(null));
          }
          return AdminResponse.json(200, body);
        });
  }

  private AdminResponse rollBack(AdminRequest request) {
    refuseWithoutDatabase();
    long wanted = version(request.parameter(0));
    return transactions.write(
        writer -> {
          // This transaction has a version of its own already, which is no state to go back to.
          if (wanted >= writer.version()) {
            throw unknown(wanted);
          }
          int undone = writer.rollBackTo(wanted);
          return AdminResponse.json(
              200,
              JsonNodeFactory.instance.objectNode().put("restored", wanted).put("undone", undone));
        });
  }

  private static ObjectNode summary(PastVersion version) {
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("version", version.version());
    summary.put("at", version.author().map(author -> author.at().toString()).orElse(null));
    summary.put("who", version.author().map(author -> author.who()).orElse(null));
    summary.put("request", version.author().map(author -> author.request()).orElse(null));
    summary.put("changes", version.changes());
    return summary;
  }

  private void refuseWithoutDatabase() {
    if (entities.engine().equals("off")) {
      throw Refusal.message(
          400, "this endpoint is only available when the gateway uses a database");
    }
  }

  private static long number(
      AdminRequest request, String name, long fallback, long least, long most) {
    Optional<String> text = request.query().first(name);
    if (text.isEmpty()) {
      return fallback;
    }
    Long number = parsed(text.get());
    if (number == null || number < least || number > most) {
      throw Refusal.message(
          400, name + " must be a whole number" + (most < Long.MAX_VALUE ? " up to " + most : ""));
    }
    return number;
  }

  private static long version(String segment) {
    Long version = parsed(segment);
    if (version == null || version < 0) {
      throw Refusal.message(404, "no version of the configuration is called '" + segment + "'");
    }
    return version;
  }

  private static @Nullable Long parsed(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException malformed) {
      return null;
    }
  }

  private static Refusal unknown(long version) {
    return Refusal.message(404, "version " + version + " is not in the history");
  }
}
