package io.portcullis.core.entity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this node's balancers know of targets' health, and where it is set by hand. Thread-safe;
 * calls neither wait nor ask the network.
 */
public interface UpstreamHealth {
  /** For a node that balances nothing, an Admin API without a proxy for example. */
  UpstreamHealth NONE =
      new UpstreamHealth() {
        @Override
        public Optional<Report> report(UUID upstream) {
          return Optional.empty();
        }

        @Override
        public Answer set(UUID upstream, UUID target, @Nullable String address, boolean healthy) {
          return Answer.NO_BALANCER;
        }
      };

  /** The upstream as this node sees it; empty while it has no balancer for it. */
  Optional<Report> report(UUID upstream);

  /**
   * Makes a target, or one of its addresses, healthy or unhealthy at once and forgets what was
   * counted so far.
   *
   * @param address {@code ip:port}, IPv6 in brackets; null for all addresses of the target
   */
  Answer set(UUID upstream, UUID target, @Nullable String address, boolean healthy);

  /** What became of setting something. */
  enum Answer {
    DONE,
    /** This node has no balancer for the upstream, at least not yet. */
    NO_BALANCER,
    /** The upstream has no health checks. */
    NO_CHECKS,
    /** The upstream has no such target, or the target no such address. */
    UNKNOWN
  }

  /** State of a target, an address or an upstream. */
  enum Health {
    HEALTHY,
    UNHEALTHY,
    /** The upstream has no health checks, or the target no weight. */
    HEALTHCHECKS_OFF,
    /** The target's name leads to no address. */
    DNS_ERROR
  }

  /**
   * An upstream.
   *
   * @param health never {@code DNS_ERROR}
   * @param available whether it serves requests: enough weight is available
   * @param weight of all targets together
   * @param targets in no particular order
   */
  record Report(Health health, boolean available, Weight weight, List<TargetReport> targets) {}

  /**
   * A target.
   *
   * @param id of the entity
   * @param recordType of the DNS answer that gave the addresses: {@code A}, {@code AAAA}, {@code
   *     SRV}; {@code A} or {@code AAAA} for an address
   * @param nodeWeight the entity's
   * @param weight of all its addresses together
   */
  record TargetReport(
      UUID id,
      Health health,
      String host,
      int port,
      String recordType,
      int nodeWeight,
      Weight weight,
      List<AddressReport> addresses) {}

  /**
   * An address of a target.
   *
   * @param ip without brackets
   * @param health never {@code DNS_ERROR}
   */
  record AddressReport(String ip, int port, int weight, Health health) {}

  /** Shares of requests. */
  record Weight(long total, long available, long unavailable) {}
}
