package io.portcullis.plugins.correlationid;

import io.portcullis.core.plugin.Exchange;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Identifiers of the form {@code uuid#counter}: cheap to make, and in order for those of one UUID.
 * As Kong's workers do, threads count for themselves, each with a UUID of its own, so that requests
 * do not contend for one counter.
 */
final class CountedIdentifiers implements IdentifierSource {
  private static final int COUNTERS = 64;

  private final Counter[] counters = new Counter[COUNTERS];

  /**
   * @param random makes the UUIDs
   */
  CountedIdentifiers(Supplier<UUID> random) {
    for (int i = 0; i < COUNTERS; i++) {
      counters[i] = new Counter(random.get() + "#", new AtomicLong());
    }
  }

  @Override
  public String next(Exchange exchange) {
    Counter own = counters[(int) Thread.currentThread().threadId() & COUNTERS - 1];
    return own.prefix + own.last.incrementAndGet();
  }

  private record Counter(String prefix, AtomicLong last) {}
}
