package io.portcullis.plugins.prometheus;

import java.util.List;

/** What the metrics page tells about the node as a whole; the gateway implements it. */
public interface GatewayStatistics {
  Connections connections();

  /** Requests since the start of the process. */
  long requests();

  /** Tasks of the scheduler that run now. */
  int runningTimers();

  /** Tasks of the scheduler that wait for their time. */
  int pendingTimers();

  /** Whether the last look at the database succeeded; true when there is none. */
  boolean datastoreReachable();

  /** One line per address of each target of each upstream. May take a while; called per scrape. */
  List<TargetHealth> targets();

  /**
   * Client connections.
   *
   * @param accepted since the start
   * @param handled since the start: accepted and not turned away
   * @param active open now
   * @param reading of the active ones, those that read a request
   * @param writing of the active ones, those that send an answer
   * @param waiting of the active ones, those that are idle
   */
  record Connections(
      long accepted, long handled, long active, long reading, long writing, long waiting) {}

  /**
   * Health of one address.
   *
   * @param upstream name
   * @param target as configured, with port
   * @param address it stands for, with port; empty when the name does not resolve
   */
  record TargetHealth(String upstream, String target, String address, State state) {}

  /** Kong's words for the health of an address. */
  enum State {
    HEALTHCHECKS_OFF("healthchecks_off"),
    HEALTHY("healthy"),
    UNHEALTHY("unhealthy"),
    DNS_ERROR("dns_error");

    private final String label;

    State(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }
}
