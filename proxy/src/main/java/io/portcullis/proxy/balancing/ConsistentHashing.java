package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rendezvous hashing: every address draws a number for the request's value, and the lowest, for its
 * weight, serves. Shares follow the weights exactly, and an address that goes, or is unhealthy,
 * moves nobody's requests but its own. The draw is the same on every node.
 */
final class ConsistentHashing implements Algorithm {
  private final WeightedAddresses addresses;
  private final HashInput input;
  private final Algorithm others;

  /**
   * @param others chooses for requests that have no value
   */
  ConsistentHashing(WeightedAddresses addresses, HashInput input, Algorithm others) {
    this.addresses = addresses;
    this.input = input;
    this.others = others;
  }

  @Override
  public @Nullable BalancedAddress choose(@Nullable Exchange exchange, List<Pick.Target> tried) {
    long value = input.of(exchange);
    if (value == HashInput.ABSENT) {
      return others.choose(exchange, tried);
    }
    return addresses.equalWeights() ? highest(value, tried) : lowest(value, tried);
  }

  /** With equal weights the order of the draws is the order of the hashes. */
  private @Nullable BalancedAddress highest(long value, List<Pick.Target> tried) {
    BalancedAddress best = null;
    long bestDraw = 0;
    for (int i = 0; i < addresses.size(); i++) {
      BalancedAddress address = addresses.address(i);
      long draw = HashInput.mix(value ^ address.seed()) >>> 1;
      if ((best == null || draw > bestDraw) && Algorithm.mayServe(address, tried)) {
        best = address;
        bestDraw = draw;
      }
    }
    return best;
  }

  private @Nullable BalancedAddress lowest(long value, List<Pick.Target> tried) {
    BalancedAddress best = null;
    double bestDraw = 0;
    for (int i = 0; i < addresses.size(); i++) {
      BalancedAddress address = addresses.address(i);
      // Exponentially distributed with the weight as its rate.
      double uniform = ((HashInput.mix(value ^ address.seed()) >>> 11) + 0.5) * 0x1p-53;
      double draw = -Math.log(uniform) / addresses.weight(i);
      if ((best == null || draw < bestDraw) && Algorithm.mayServe(address, tried)) {
        best = address;
        bestDraw = draw;
      }
    }
    return best;
  }
}
