package io.portcullis.proxy.balancing;

import java.util.List;

/** Addresses that take traffic, each with its weight as of one moment. Immutable. */
final class WeightedAddresses {
  private final BalancedAddress[] addresses;
  private final int[] weights;
  private final long total;
  private final boolean equal;

  private WeightedAddresses(BalancedAddress[] addresses, int[] weights) {
    this.addresses = addresses;
    this.weights = weights;
    long sum = 0;
    boolean same = true;
    for (int weight : weights) {
      sum += weight;
      same &= weight == weights[0];
    }
    this.total = sum;
    this.equal = same;
  }

  /** Those of them that have a weight. */
  static WeightedAddresses of(List<BalancedAddress> all) {
    BalancedAddress[] some =
        all.stream().filter(address -> address.weight() > 0).toArray(BalancedAddress[]::new);
    int[] weights = new int[some.length];
    for (int i = 0; i < some.length; i++) {
      // Another change may be on its way already; it makes its own.
      weights[i] = Math.max(some[i].weight(), 1);
    }
    return new WeightedAddresses(some, weights);
  }

  int size() {
    return addresses.length;
  }

  BalancedAddress address(int i) {
    return addresses[i];
  }

  int weight(int i) {
    return weights[i];
  }

  int[] weights() {
    return weights.clone();
  }

  /** Sum of the weights. */
  long total() {
    return total;
  }

  /** Sum of the weights of the healthy ones. */
  long available() {
    long available = 0;
    for (int i = 0; i < addresses.length; i++) {
      if (addresses[i].isHealthy()) {
        available += weights[i];
      }
    }
    return available;
  }

  /** Whether all have the same weight. */
  boolean equalWeights() {
    return equal;
  }
}
