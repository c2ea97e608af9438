package io.portcullis.proxy.balancing;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses for tests, 10.0.0.0 and up, whose health nothing changes but the test. */
final class Addresses implements HealthWatch {
  long now;

  BalancedAddress address(int number, int weight) {
    String ip = "10.0." + number / 256 + '.' + number % 256;
    return new BalancedAddress(this, ip + ":80", ip, InetAddress.ofLiteral(ip), 80, weight, null);
  }

  List<BalancedAddress> all(int... weights) {
    List<BalancedAddress> all = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      all.add(address(i, weights[i]));
    }
    return all;
  }

  static WeightedAddresses weighted(List<BalancedAddress> all) {
    return WeightedAddresses.of(all);
  }

  @Override
  public @Nullable HealthRules passive() {
    return null;
  }

  @Override
  public void turned(BalancedAddress address, boolean healthy, String why) {
    // Nobody listens.
  }

  @Override
  public long nanoTime() {
    return now;
  }
}
