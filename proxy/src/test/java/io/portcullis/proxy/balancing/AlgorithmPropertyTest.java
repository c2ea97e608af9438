package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.portcullis.core.entity.HashKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What users count on, whatever the weights. */
class AlgorithmPropertyTest {
  private static final List<Pick.Target> NOTHING = List.of();
  private static final HashInput BY_ADDRESS =
      new HashInput(new HashKey(HashKey.Input.IP, null), HashKey.NONE, "/", () -> "value");

  private final Addresses addresses = new Addresses();

  // Weighted turns

  @Property(tries = 300)
  void everybody_has_exactly_their_turns_in_any_round(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 200) Integer> weights,
      @ForAll @IntRange(max = 1000) int start) {
    assertExact(weights.stream().mapToInt(weight -> weight).toArray(), start);
  }

  @Property(tries = 20)
  void the_same_with_weights_too_large_to_write_the_order_down(
      @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 20_000, max = 65_535) Integer> weights,
      @ForAll @IntRange(max = 1_000_000) int start) {
    assertExact(weights.stream().mapToInt(weight -> weight).toArray(), start);
  }

  private static void assertExact(int[] weights, int start) {
    WeightedTurns turns = new WeightedTurns(weights);
    long[] counts = new long[weights.length];
    for (long i = 0; i < turns.length(); i++) {
      counts[turns.at(start + (int) i)]++;
    }
    long divisor = Arrays.stream(weights).asLongStream().sum() / turns.length();
    for (int i = 0; i < weights.length; i++) {
      assertThat(counts[i] * divisor).isEqualTo(weights[i]);
    }
  }

  @Property(tries = 200)
  void turns_are_spread_evenly(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 2000) Integer> weights) {
    int[] all = weights.stream().mapToInt(weight -> weight).toArray();
    WeightedTurns turns = new WeightedTurns(all);
    double total = Arrays.stream(all).sum();
    int[] counts = new int[all.length];
    for (int turn = 1; turn <= Math.min(turns.length(), 3000); turn++) {
      counts[turns.at(turn - 1)]++;
      for (int i = 0; i < all.length; i++) {
        // Nobody is ever more than a few turns ahead of or behind their share.
        assertThat(counts[i])
            .isCloseTo((int) Math.round(turn * all[i] / total), within(all.length + 3));
      }
    }
  }

  @Example
  void two_equals_alternate() {
    RoundRobin turns =
        new RoundRobin(WeightedAddresses.of(addresses.all(100, 100)), new AtomicInteger());
    BalancedAddress first = choose(turns);
    BalancedAddress second = choose(turns);
    assertThat(second).isNotSameAs(first);
    assertThat(choose(turns)).isSameAs(first);
    assertThat(choose(turns)).isSameAs(second);
  }

  @Property(tries = 200)
  void round_robin_passes_over_who_cannot_serve_and_keeps_the_others_shares(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 5) Integer> weights,
      @ForAll long seed) {
    List<BalancedAddress> all =
        addresses.all(weights.stream().mapToInt(weight -> weight).toArray());
    Set<BalancedAddress> down = someOf(all, seed);
    down.forEach(address -> address.set(false));
    RoundRobin algorithm = new RoundRobin(WeightedAddresses.of(all), new AtomicInteger());
    long expected =
        all.stream().filter(one -> !down.contains(one)).mapToLong(BalancedAddress::weight).sum();
    Map<BalancedAddress, Integer> counts = new HashMap<>();
    for (int i = 0; i < expected * 10; i++) {
      counts.merge(choose(algorithm), 1, Integer::sum);
    }
    for (BalancedAddress address : all) {
      int wanted = down.contains(address) ? 0 : address.weight() * 10;
      // The divisor of the weights makes rounds shorter, never uneven.
      assertThat(counts.getOrDefault(address, 0)).isCloseTo(wanted, within(5));
    }
  }

  @Example
  void a_weight_of_0_gets_nothing() {
    List<BalancedAddress> all = addresses.all(0, 10, 0);
    WeightedAddresses weighted = WeightedAddresses.of(all);
    for (Algorithm algorithm : every(weighted)) {
      for (int i = 0; i < 20; i++) {
        assertThat(choose(algorithm)).isSameAs(all.get(1));
      }
    }
    for (Algorithm algorithm : every(WeightedAddresses.of(addresses.all(0)))) {
      assertThat(algorithm.choose(new AskingExchange(), NOTHING)).isNull();
    }
  }

  @Property(tries = 200)
  void every_algorithm_finds_the_one_that_is_left(
      @ForAll @IntRange(min = 1, max = 100) int size, @ForAll long seed) {
    int[] weights = new Random(seed).ints(size, 1, 65_536).toArray();
    List<BalancedAddress> all = addresses.all(weights);
    BalancedAddress left = all.get(new Random(seed).nextInt(size));
    List<Pick.Target> tried = new ArrayList<>();
    for (BalancedAddress address : all) {
      if (address != left) {
        if (tried.size() < 5) {
          tried.add(address.target());
        } else {
          address.set(false);
        }
      }
    }
    for (Algorithm algorithm : every(WeightedAddresses.of(all))) {
      assertThat(algorithm.choose(new AskingExchange(), tried)).isSameAs(left);
      left.set(false);
      assertThat(algorithm.choose(new AskingExchange(), tried)).isNull();
      left.set(true);
    }
  }

  private List<Algorithm> every(WeightedAddresses weighted) {
    AtomicInteger turn = new AtomicInteger();
    RoundRobin turns = new RoundRobin(weighted, turn);
    return List.of(
        turns,
        new LeastConnections(weighted, turn),
        new LeastLatency(weighted, () -> addresses.now, turn),
        new ConsistentHashing(weighted, BY_ADDRESS, turns));
  }

  // Consistent hashing

  private static BalancedAddress byAddress(Algorithm algorithm, int client) {
    BalancedAddress found =
        algorithm.choose(
            new AskingExchange().from("192.0." + client / 256 + "." + client % 256), NOTHING);
    assertThat(found).isNotNull();
    return found;
  }

  private static Algorithm hashing(List<BalancedAddress> all) {
    WeightedAddresses weighted = WeightedAddresses.of(all);
    return new ConsistentHashing(
        weighted, BY_ADDRESS, new RoundRobin(weighted, new AtomicInteger()));
  }

  @Property(tries = 50)
  void hashing_shares_by_weight(
      @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 1000) Integer> weights) {
    List<BalancedAddress> all =
        addresses.all(weights.stream().mapToInt(weight -> weight).toArray());
    Algorithm algorithm = hashing(all);
    int clients = 20_000;
    Map<BalancedAddress, Integer> counts = new HashMap<>();
    for (int client = 0; client < clients; client++) {
      counts.merge(byAddress(algorithm, client), 1, Integer::sum);
    }
    double total = weights.stream().mapToInt(weight -> weight).sum();
    for (int i = 0; i < all.size(); i++) {
      double share = weights.get(i) / total;
      // Six standard deviations of a fair draw.
      double deviation = Math.sqrt(clients * share * (1 - share));
      assertThat((double) counts.getOrDefault(all.get(i), 0))
          .isCloseTo(clients * share, within(6 * deviation + 1));
    }
  }

  @Property(tries = 100)
  void who_goes_moves_nobodys_clients_but_its_own(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 3) Integer> weights,
      @ForAll long seed) {
    List<BalancedAddress> all =
        addresses.all(weights.stream().mapToInt(weight -> weight).toArray());
    BalancedAddress gone = all.get(new Random(seed).nextInt(all.size()));
    List<BalancedAddress> rest = new ArrayList<>(all);
    rest.remove(gone);
    Collections.shuffle(rest, new Random(seed));
    Algorithm before = hashing(all);
    Algorithm after = hashing(rest);
    for (int client = 0; client < 500; client++) {
      BalancedAddress former = byAddress(before, client);
      BalancedAddress now = byAddress(after, client);
      gone.set(false);
      BalancedAddress meanwhile = byAddress(before, client);
      gone.set(true);
      // Unhealthy or removed: the same clients move, and to the same place.
      assertThat(meanwhile).isSameAs(now);
      if (former != gone) {
        assertThat(now).isSameAs(former);
      }
    }
  }

  @Property(tries = 100)
  void more_weight_only_attracts(@ForAll @IntRange(min = 2, max = 8) int size, @ForAll long seed) {
    int[] weights = new Random(seed).ints(size, 1, 10).toArray();
    List<BalancedAddress> all = addresses.all(weights);
    BalancedAddress heavier = all.get(new Random(seed).nextInt(size));
    Algorithm before = hashing(all);
    heavier.weight(heavier.weight() * 2 + 1);
    Algorithm after = hashing(all);
    for (int client = 0; client < 500; client++) {
      BalancedAddress now = byAddress(after, client);
      if (now != heavier) {
        assertThat(now).isSameAs(byAddress(before, client));
      }
    }
  }

  @Example
  void requests_without_a_value_take_turns() {
    List<BalancedAddress> all = addresses.all(1, 1);
    WeightedAddresses weighted = WeightedAddresses.of(all);
    HashInput byHeader =
        new HashInput(new HashKey(HashKey.Input.HEADER, "X-Key"), HashKey.NONE, "/", () -> "value");
    Algorithm algorithm =
        new ConsistentHashing(weighted, byHeader, new RoundRobin(weighted, new AtomicInteger()));
    assertThat(Set.of(choose(algorithm), choose(algorithm))).isEqualTo(Set.copyOf(all));
  }

  // Load

  @Property(tries = 200)
  void least_connections_takes_the_least_loaded_for_its_weight(
      @ForAll @IntRange(min = 1, max = 10) int size, @ForAll long seed) {
    Random random = new Random(seed);
    List<BalancedAddress> all = addresses.all(random.ints(size, 1, 20).toArray());
    Algorithm algorithm = new LeastConnections(WeightedAddresses.of(all), new AtomicInteger());
    for (int i = 0; i < 300; i++) {
      BalancedAddress some = all.get(random.nextInt(size));
      if (random.nextBoolean() && some.active() > 0) {
        some.ended();
        continue;
      }
      BalancedAddress chosen = choose(algorithm);
      double least =
          all.stream().mapToDouble(one -> (one.active() + 1.0) / one.weight()).min().orElseThrow();
      assertThat((chosen.active() + 1.0) / chosen.weight()).isCloseTo(least, within(1e-12));
      chosen.began();
    }
  }

  @Example
  void equals_without_load_take_turns() {
    List<BalancedAddress> all = addresses.all(100, 100, 100);
    for (Algorithm algorithm : every(WeightedAddresses.of(all)).subList(1, 3)) {
      Set<BalancedAddress> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        seen.add(choose(algorithm));
      }
      assertThat(seen).hasSize(3);
    }
  }

  @Example
  void the_faster_one_gets_more_and_the_slower_one_another_chance() {
    List<BalancedAddress> all = addresses.all(100, 100);
    Algorithm algorithm =
        new LeastLatency(WeightedAddresses.of(all), () -> addresses.now, new AtomicInteger());
    all.get(0).answered(200, 100_000_000);
    all.get(1).answered(200, 10_000_000);
    for (int i = 0; i < 10; i++) {
      assertThat(choose(algorithm)).isSameAs(all.get(1));
    }
    Map<BalancedAddress, Integer> counts = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      addresses.now += 100_000_000L;
      BalancedAddress chosen = choose(algorithm);
      counts.merge(chosen, 1, Integer::sum);
      chosen.answered(200, chosen == all.get(0) ? 100_000_000 : 10_000_000);
    }
    assertThat(counts.get(all.get(1))).isGreaterThan(counts.get(all.get(0)) * 5);
    assertThat(counts.get(all.get(0))).isPositive();
  }

  @Example
  void a_new_address_starts_at_the_mean_of_the_others() {
    List<BalancedAddress> all = addresses.all(100, 100, 100);
    all.get(0).answered(200, 10_000_000);
    all.get(1).answered(200, 30_000_000);
    Algorithm algorithm =
        new LeastLatency(WeightedAddresses.of(all), () -> addresses.now, new AtomicInteger());
    assertThat(all.get(2).latency(0)).isCloseTo(20_000_000, within(1.0));
    assertThat(choose(algorithm)).isSameAs(all.get(0));
  }

  private static BalancedAddress choose(Algorithm algorithm) {
    BalancedAddress chosen = algorithm.choose(new AskingExchange(), NOTHING);
    assertThat(chosen).isNotNull();
    return chosen;
  }

  private static Set<BalancedAddress> someOf(List<BalancedAddress> all, long seed) {
    List<BalancedAddress> shuffled = new ArrayList<>(all);
    Random random = new Random(seed);
    Collections.shuffle(shuffled, random);
    return Set.copyOf(shuffled.subList(0, random.nextInt(all.size())));
  }
}
