package io.portcullis.proxy.balancing;

import org.jspecify.annotations.Nullable;

/** What an address needs of the upstream that it serves. Thread-safe. */
interface HealthWatch {
  /** How traffic is judged; null when health is not checked at all. */
  @Nullable HealthRules passive();

  /** Hears that an address became healthy or unhealthy, on whatever thread that was found out. */
  void turned(BalancedAddress address, boolean healthy, String why);

  /** As {@link System#nanoTime}. */
  long nanoTime();
}
