package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Target;
import io.portcullis.core.entity.Upstream;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.balancing.UpstreamBalancers;
import io.portcullis.proxy.routing.RoutingTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Upstreams and their targets as this node knows them, and how changes of them reach the balancers.
 * Belongs to the thread of {@link ConfigurationModel}.
 */
final class UpstreamModel {
  private final UpstreamBalancers balancers;
  private final Map<UUID, Upstream> upstreams = new HashMap<>();
  private final Map<UUID, UUID> upstreamOfTarget = new HashMap<>();
  private final Map<UUID, Map<UUID, Target>> targets = new HashMap<>();
  private final Map<UUID, Live> live = new HashMap<>();

  /** Of upstreams that have one, by name. */
  private final Map<String, UUID> certificates = new HashMap<>();

  private final Set<UUID> touched = new HashSet<>();

  /** An upstream in the table, under the name that it has there. */
  private record Live(String name, UpstreamBalancer balancer) {}

  UpstreamModel(UpstreamBalancers balancers) {
    this.balancers = balancers;
  }

  /**
   * Adds, replaces or removes an upstream.
   *
   * @param body null when it is gone
   * @throws IllegalArgumentException when it cannot be read; it is then as if it were gone
   */
  void changeUpstream(UUID id, @Nullable ObjectNode body) {
    touched.add(id);
    upstreams.remove(id);
    if (body != null) {
      upstreams.put(id, Upstream.of(body));
    }
  }

  /**
   * Adds, replaces or removes a target, whether its upstream is there or not.
   *
   * @throws IllegalArgumentException when it cannot be read; it is then as if it were gone
   */
  void changeTarget(UUID id, @Nullable ObjectNode body) {
    UUID former = upstreamOfTarget.remove(id);
    if (former != null) {
      touched.add(former);
      targets.computeIfPresent(
          former, (upstream, all) -> all.remove(id) != null && all.isEmpty() ? null : all);
    }
    if (body != null) {
      Target target = Target.of(body);
      UUID upstream = target.upstreamId();
      touched.add(upstream);
      upstreamOfTarget.put(id, upstream);
      targets.computeIfAbsent(upstream, of -> new LinkedHashMap<>()).put(id, target);
    }
  }

  /** What targets of the upstream of that name are shown, unless their service says otherwise. */
  @Nullable UUID certificate(String name) {
    return certificates.get(name);
  }

  /**
   * Lets requests see what was changed.
   *
   * @return names whose {@link #certificate} is another one now
   */
  Set<String> publish(RoutingTable.Change next) {
    Set<String> shown = new HashSet<>();
    // Names that are given up first: another upstream may take one over.
    for (UUID id : touched) {
      Live known = live.get(id);
      Upstream upstream = upstreams.get(id);
      if (known != null && (upstream == null || !upstream.name().equals(known.name))) {
        next.withoutUpstream(known.name, known.balancer);
        if (certificates.remove(known.name) != null) {
          shown.add(known.name);
        }
        live.remove(id);
      }
    }
    for (UUID id : touched) {
      Upstream upstream = upstreams.get(id);
      if (upstream == null) {
        balancers.remove(id);
        continue;
      }
      UpstreamBalancer balancer =
          balancers.put(upstream, targets.getOrDefault(id, Map.of()).values());
      next.upstream(upstream.name(), balancer);
      live.put(id, new Live(upstream.name(), balancer));
      UUID certificate = upstream.clientCertificate();
      UUID former =
          certificate == null
              ? certificates.remove(upstream.name())
              : certificates.put(upstream.name(), certificate);
      if (!Objects.equals(former, certificate)) {
        shown.add(upstream.name());
      }
    }
    touched.clear();
    return shown;
  }
}
