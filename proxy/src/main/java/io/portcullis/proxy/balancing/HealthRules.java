package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.HealthChecks;

/** How one kind of check, active or passive, judges what it sees. */
record HealthRules(HealthChecks.Recovery recovery, HealthChecks.Failure failure) {
  boolean isSuccess(int status) {
    return recovery.statuses().contains(status);
  }

  /** A status that is neither success nor failure says nothing. */
  boolean isFailure(int status) {
    return failure.statuses().contains(status);
  }

  /** Successes in a row that make an address healthy; 0 for never. */
  int successes() {
    return recovery.successes();
  }

  /** Failures of a kind in a row that make an address unhealthy; 0 for never. */
  int limit(HealthState.Fault kind) {
    return switch (kind) {
      case HTTP -> failure.httpFailures();
      case TCP -> failure.tcpFailures();
      case TIMEOUT -> failure.timeouts();
    };
  }
}
