package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The address whose answers have lately come fastest, times the requests that it has already, for
 * its weight. What was measured fades, so that a slow one gets another chance.
 */
final class LeastLatency implements Algorithm {
  private final WeightedAddresses addresses;
  private final LongSupplier nanoTime;
  private final AtomicInteger next;

  LeastLatency(WeightedAddresses addresses, LongSupplier nanoTime, AtomicInteger next) {
    this.addresses = addresses;
    this.nanoTime = nanoTime;
    this.next = next;
    startAtTheMean();
  }

  /** Else one that has just come would get everything. */
  private void startAtTheMean() {
    long now = nanoTime.getAsLong();
    double sum = 0;
    int known = 0;
    for (int i = 0; i < addresses.size(); i++) {
      double latency = addresses.address(i).latency(now);
      if (latency > 0) {
        sum += latency;
        known++;
      }
    }
    if (known > 0) {
      for (int i = 0; i < addresses.size(); i++) {
        addresses.address(i).assumeLatency(sum / known, now);
      }
    }
  }

  @Override
  public @Nullable BalancedAddress choose(@Nullable Exchange exchange, List<Pick.Target> tried) {
    int size = addresses.size();
    if (size == 0) {
      return null;
    }
    long now = nanoTime.getAsLong();
    int start = Integer.remainderUnsigned(next.getAndIncrement(), size);
    BalancedAddress best = null;
    double bestCost = 0;
    for (int i = 0; i < size; i++) {
      int at = start + i < size ? start + i : start + i - size;
      BalancedAddress address = addresses.address(at);
      if (Algorithm.mayServe(address, tried)) {
        double cost = address.latency(now) * (address.active() + 1) / addresses.weight(at);
        if (best == null || cost < bestCost) {
          best = address;
          bestCost = cost;
        }
      }
    }
    return best;
  }
}
