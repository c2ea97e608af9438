package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Addresses take turns by weight; who cannot serve is passed over. */
final class RoundRobin implements Algorithm {
  /** Turns that are looked at before somebody is taken out of turn. */
  private static final int PATIENCE = 64;

  private final WeightedAddresses addresses;
  private final WeightedTurns turns;
  private final AtomicInteger next;

  /**
   * @param next the turn, which goes on from one order to the next
   */
  RoundRobin(WeightedAddresses addresses, AtomicInteger next) {
    this.addresses = addresses;
    this.turns = new WeightedTurns(addresses.weights());
    this.next = next;
  }

  @Override
  public @Nullable BalancedAddress choose(@Nullable Exchange exchange, List<Pick.Target> tried) {
    int size = addresses.size();
    if (size == 0) {
      return null;
    }
    int turn = next.getAndIncrement();
    int first = turns.at(turn);
    BalancedAddress address = addresses.address(first);
    if (Algorithm.mayServe(address, tried)) {
      return address;
    }
    for (int i = 1; i < PATIENCE && i < turns.length(); i++) {
      address = addresses.address(turns.at(next.getAndIncrement()));
      if (Algorithm.mayServe(address, tried)) {
        return address;
      }
    }
    for (int i = 1; i <= size; i++) {
      address = addresses.address((first + i) % size);
      if (Algorithm.mayServe(address, tried)) {
        return address;
      }
    }
    return null;
  }
}
