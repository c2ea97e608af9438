package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.core.entity.UpstreamHealth.AddressReport;
import io.portcullis.core.entity.UpstreamHealth.Health;
import io.portcullis.core.entity.UpstreamHealth.Report;
import io.portcullis.core.entity.UpstreamHealth.TargetReport;
import io.portcullis.core.entity.UpstreamHealth.Weight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How this node sees the health of upstreams and targets, and where it is set by hand. */
final class HealthEndpoints {
  /** Path of {@link #shown}. */
  static final String SHOWN = "/upstreams/{upstreams}/health";

  private final TargetRows targets;
  private final Transactions transactions;
  private final UpstreamHealth health;
  private final UUID nodeId;

  HealthEndpoints(
      TargetRows targets, Transactions transactions, UpstreamHealth health, UUID nodeId) {
    this.targets = targets;
    this.transactions = transactions;
    this.health = health;
    this.nodeId = nodeId;
  }

  List<Endpoint> all() {
    String target = "/upstreams/{upstreams}/targets/{targets}";
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(Endpoint.get(SHOWN, this::shown));
    for (boolean healthy : new boolean[] {true, false}) {
      String state = healthy ? "/healthy" : "/unhealthy";
      endpoints.add(setting(target + state, healthy));
      endpoints.add(setting(target + "/{address}" + state, healthy));
    }
    return endpoints;
  }

  /** Kong knows PUT; its client library sends POST. */
  private Endpoint setting(String path, boolean healthy) {
    return new Endpoint(
        path,
        Map.of("PUT", request -> set(request, healthy), "POST", request -> set(request, healthy)));
  }

  private AdminResponse set(AdminRequest request, boolean healthy) {
    @Nullable String address = request.parameters().size() > 2 ? request.parameter(2) : null;
    return transactions.read(
        reader -> {
          ObjectNode upstream = targets.upstream(reader, request);
          UUID id = EntityRows.id(upstream);
          UUID target = EntityRows.id(targets.target(reader, id, request));
          String name = upstream.get("name").stringValue();
          return switch (health.set(id, target, address, healthy)) {
            case DONE -> AdminResponse.noContent();
            case UNKNOWN -> throw Refusal.notFound();
            case NO_BALANCER -> AdminResponse.message(400, "Upstream " + name + " has no balancer");
            case NO_CHECKS -> AdminResponse.message(400, "no healthchecker found for " + name);
          };
        });
  }

  /** An upstream and its targets as this node's balancer sees them. */
  AdminResponse shown(AdminRequest request) {
    boolean whole = request.query().first("balancer_health").equals(Optional.of("1"));
    RowPage page = RowPage.of(request.query());
    return transactions.read(
        reader -> {
          UUID upstream = EntityRows.id(targets.upstream(reader, request));
          Optional<Report> report = health.report(upstream);
          ObjectNode body =
              whole
                  ? whole(upstream, report)
                  : page.envelope(request, byTarget(targets.newestFirst(reader, upstream), report));
          body.put("node_id", nodeId.toString());
          return AdminResponse.json(200, body);
        });
  }

  private static ObjectNode whole(UUID upstream, Optional<Report> report) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (report.isPresent()) {
      ObjectNode data = body.putObject("data");
      data.put("id", upstream.toString());
      data.put("health", report.get().health().name());
      data.put(
          "balancer_health", (report.get().available() ? Health.HEALTHY : Health.UNHEALTHY).name());
      ObjectNode details = data.putObject("details");
      details.put("healthy", report.get().available());
      details.set("weight", weight(report.get().weight()));
      ArrayNode hosts = details.putArray("hosts");
      for (TargetReport target : report.get().targets()) {
        ObjectNode host = host(target);
        ArrayNode addresses = host.putArray("addresses");
        target
            .addresses()
            .forEach(
                address ->
                    addresses.add(
                        address(address).put("healthy", address.health() != Health.UNHEALTHY)));
        hosts.add(host);
      }
    }
    body.putNull("next");
    return body;
  }

  /** Targets that this node's balancer does not know, or not yet, are shown without a state. */
  private static List<ObjectNode> byTarget(List<ObjectNode> rows, Optional<Report> report) {
    Map<UUID, TargetReport> known = new HashMap<>();
    report.ifPresent(all -> all.targets().forEach(target -> known.put(target.id(), target)));
    List<ObjectNode> shown = new ArrayList<>(rows.size());
    for (ObjectNode row : rows) {
      TargetReport target = known.get(EntityRows.id(row));
      ObjectNode copy = row.deepCopy();
      if (target != null) {
        copy.put("health", target.health().name());
        ObjectNode data = host(target);
        ArrayNode addresses = data.putArray("addresses");
        target
            .addresses()
            .forEach(
                address -> addresses.add(address(address).put("health", address.health().name())));
        copy.set("data", data);
      }
      shown.add(copy);
    }
    return shown;
  }

  private static ObjectNode host(TargetReport target) {
    ObjectNode host = JsonNodeFactory.instance.objectNode();
    host.put("host", target.host());
    host.put("port", target.port());
    host.put("dns", target.recordType());
    host.put("nodeWeight", target.nodeWeight());
    host.set("weight", weight(target.weight()));
    return host;
  }

  private static ObjectNode address(AddressReport address) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("ip", address.ip())
        .put("port", address.port())
        .put("weight", address.weight());
  }

  private static ObjectNode weight(Weight weight) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("total", weight.total())
        .put("available", weight.available())
        .put("unavailable", weight.unavailable());
  }
}
