package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The address with the fewest requests under way for its weight; equals take turns. */
final class LeastConnections implements Algorithm {
  private final WeightedAddresses addresses;
  private final AtomicInteger next;

  LeastConnections(WeightedAddresses addresses, AtomicInteger next) {
    this.addresses = addresses;
    this.next = next;
  }

  @Override
  public @Nullable BalancedAddress choose(@Nullable Exchange exchange, List<Pick.Target> tried) {
    int size = addresses.size();
    if (size == 0) {
      return null;
    }
    int start = Integer.remainderUnsigned(next.getAndIncrement(), size);
    BalancedAddress best = null;
    long bestLoad = 0;
    long bestWeight = 1;
    for (int i = 0; i < size; i++) {
      int at = start + i < size ? start + i : start + i - size;
      BalancedAddress address = addresses.address(at);
      if (Algorithm.mayServe(address, tried)) {
        long load = address.active() + 1L;
        long weight = addresses.weight(at);
        // load / weight < bestLoad / bestWeight, without dividing
        if (best == null || load * bestWeight < bestLoad * weight) {
          best = address;
          bestLoad = load;
          bestWeight = weight;
        }
      }
    }
    return best;
  }
}
