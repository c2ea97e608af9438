package io.portcullis.proxy.balancing;

import io.portcullis.proxy.upstream.AddressResolver.ServiceTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which place of a service is called (RFC 2782). */
final class ServiceChoice {
  private ServiceChoice() {}

  /**
   * One of those that come first, by their weights; null when there is none.
   *
   * @param random any number
   */
  static @Nullable ServiceTarget of(List<ServiceTarget> targets, long random) {
    int first = Integer.MAX_VALUE;
    for (ServiceTarget target : targets) {
      first = Math.min(first, target.priority());
    }
    long weights = 0;
    int count = 0;
    for (ServiceTarget target : targets) {
      if (target.priority() == first) {
        weights += target.weight();
        count++;
      }
    }
    if (count == 0) {
      return null;
    }
    long point = Math.floorMod(random, weights == 0 ? count : weights);
    for (ServiceTarget target : targets) {
      if (target.priority() == first) {
        point -= weights == 0 ? 1 : target.weight();
        if (point < 0) {
          return target;
        }
      }
    }
    return null;
  }
}
