package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.LuaNumber;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /status}: Kong's counters, and what configuration this node serves. */
final class StatusPage implements AdminPage {
  private static final int DEFAULT_SCALE = 2;
  private static final int MAX_SCALE = 12;

  private final NodeDescription description;
  private final EntityAccess entities;
  private final NodeStatus status;

  StatusPage(NodeDescription description, EntityAccess entities, NodeStatus status) {
    this.description = description;
    this.entities = entities;
    this.status = status;
  }

  @Override
  public AdminResponse answer(AdminRequest request) {
    String unit = request.query().first("unit").orElse("m");
    if (!unit.matches("[bBkKmMgG]")) {
      return AdminResponse.message(
          400, "invalid unit '" + unit + "' (expected 'k/K', 'm/M', or 'g/G')");
    }
    double scale = LuaNumber.parse(request.query().first("scale").orElse("")).orElse(DEFAULT_SCALE);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (entities.engine().equals("off")) {
      body.put("configuration_hash", status.configurationHash());
    } else {
      body.putObject("database").put("reachable", entities.reachable());
    }
    NodeStatus.Traffic traffic = status.traffic();
    body.putObject("server")
        .put("connections_active", traffic.active())
        .put("connections_reading", traffic.reading())
        .put("connections_writing", traffic.writing())
        .put("connections_waiting", traffic.waiting())
        .put("connections_accepted", traffic.accepted())
        .put("connections_handled", traffic.handled())
        .put("total_requests", traffic.requests());
    // The same counters once more under the names that older clients and dashboards read.
    body.putObject("connections")
        .put("active", traffic.active())
        .put("reading", traffic.reading())
        .put("writing", traffic.writing())
        .put("waiting", traffic.waiting())
        .put("websockets", traffic.websockets());
    memory(body, unit.toLowerCase(Locale.ROOT), (int) Math.clamp(scale, 0, MAX_SCALE));
    portcullis(body);
    return AdminResponse.json(200, body);
  }

  /** Kong tells of its Lua heaps here; we have one heap and no shared dictionaries. */
  private void memory(ObjectNode body, String unit, int scale) {
    Runtime runtime = Runtime.getRuntime();
    ObjectNode memory = body.putObject("memory");
    ObjectNode heap = memory.putArray("workers_lua_vms").addObject();
    heap.put("pid", description.node().processId());
    long used = runtime.totalMemory() - runtime.freeMemory();
    ObjectNode shared = memory.putObject("lua_shared_dicts").putObject("kong_db_cache");
    if (unit.equals("b")) {
      heap.put("http_allocated_gc", used);
      shared.put("allocated_slabs", used).put("capacity", runtime.maxMemory());
    } else {
      heap.put("http_allocated_gc", size(used, unit, scale));
      shared
          .put("allocated_slabs", size(used, unit, scale))
          .put("capacity", size(runtime.maxMemory(), unit, scale));
    }
  }

  private static String size(long octets, String unit, int scale) {
    double divisor =
        switch (unit) {
          case "k" -> 1L << 10;
          case "m" -> 1L << 20;
          default -> 1L << 30;
        };
    return String.format(
        Locale.ROOT, "%." + scale + "f %siB", octets / divisor, unit.toUpperCase(Locale.ROOT));
  }

  private void portcullis(ObjectNode body) {
    ObjectNode own = body.putObject("portcullis");
    own.put("version", description.productVersion());
    own.put("ready", status.notReady().isEmpty());
    status.notReady().ifPresent(reason -> own.put("not_ready", reason));
    status
        .serving()
        .ifPresentOrElse(
            serving -> {
              own.put("config_version", serving.version());
              own.put("config_source", serving.source());
              var quarantined = own.putArray("quarantined");
              for (NodeStatus.Quarantined entity : serving.quarantined()) {
                quarantined
                    .addObject()
                    .put("entity", entity.entity())
                    .put("id", entity.id().toString())
                    .put("reason", entity.reason());
              }
            },
            () -> {
              own.putNull("config_version");
              own.putNull("config_source");
              own.putArray("quarantined");
            });
  }
}
