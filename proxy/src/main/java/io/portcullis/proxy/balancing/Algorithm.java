package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the addresses of one upstream, which are fixed for its life; a change makes a new
 * one. Thread-safe without a lock, and next to nothing is allocated for a choice.
 */
interface Algorithm {
  /**
   * A healthy address.
   *
   * @param exchange null for what is no client's request
   * @param tried what must not be chosen
   * @return null when there is none
   */
  @Nullable BalancedAddress choose(@Nullable Exchange exchange, List<Pick.Target> tried);

  /** Whether an address may be chosen. */
  @SuppressWarnings("ReferenceEquality") // an address has one target for life
  static boolean mayServe(BalancedAddress address, List<Pick.Target> tried) {
    if (!address.isHealthy()) {
      return false;
    }
    for (int i = 0; i < tried.size(); i++) {
      if (tried.get(i) == address.target()) {
        return false;
      }
    }
    return true;
  }
}
