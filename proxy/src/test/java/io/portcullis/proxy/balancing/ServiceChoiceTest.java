package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.upstream.AddressResolver.ServiceTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceChoiceTest {
  @Test
  void the_lowest_priority_is_shared_by_weight() {
    ServiceTarget light = new ServiceTarget("light", 80, 1, 1);
    ServiceTarget heavy = new ServiceTarget("heavy", 80, 1, 3);
    ServiceTarget idle = new ServiceTarget("idle", 80, 1, 0);
    ServiceTarget spare = new ServiceTarget("spare", 80, 2, 100);

    assertThat(shares(List.of(spare, light, idle, heavy)))
        .isEqualTo(Map.of("light", 25, "heavy", 75));
  }

  @Test
  void without_weights_all_are_equal() {
    assertThat(shares(List.of(new ServiceTarget("a", 80, 0, 0), new ServiceTarget("b", 81, 0, 0))))
        .isEqualTo(Map.of("a", 50, "b", 50));
    assertThat(ServiceChoice.of(List.of(), 7)).isNull();
  }

  private static Map<String, Integer> shares(List<ServiceTarget> targets) {
    Map<String, Integer> shares = new HashMap<>();
    for (int i = -50; i < 50; i++) {
      shares.merge(ServiceChoice.of(targets, i).host(), 1, Integer::sum);
    }
    return shares;
  }
}
