package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Target;
import io.portcullis.core.entity.Upstream;
import io.portcullis.core.entity.UpstreamHealth.AddressReport;
import io.portcullis.core.entity.UpstreamHealth.Answer;
import io.portcullis.core.entity.UpstreamHealth.Health;
import io.portcullis.core.entity.UpstreamHealth.TargetReport;
import io.portcullis.proxy.upstream.AddressResolver;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An upstream as its configuration, name servers and health change, without a network. */
class UpstreamBalancerTest {
  private static final ObjectMapper JSON = JsonMapper.shared();
  private static final String PASSIVE =
      """
      {"passive":{"healthy":{"successes":1},
       "unhealthy":{"http_failures":2,"tcp_failures":1,"timeouts":1,"http_statuses":[500,503]}}}\
      """;
  private static final String ACTIVE =
      """
      {"active":{"http_path":"/health","concurrency":2,"headers":{"X-Probe":["yes"]},
       "healthy":{"interval":1,"successes":2},
       "unhealthy":{"interval":5,"http_failures":2,"tcp_failures":1,"timeouts":3}}}\
      """;

  private final Names names = new Names();
  private final ManualTimers timers = new ManualTimers();
  private final Map<String, Prober.Outcome> outcomes = new HashMap<>();
  private final List<Prober.Question> questions = new ArrayList<>();
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final UpstreamBalancers balancers =
      new UpstreamBalancers(
          new BalancingParts(
              names,
              timers,
              this::probe,
              new Semaphore(10),
              work::add,
              timers::nanoTime,
              () -> "cookie"));

  /** A name server that says what it is told. */
  private static final class Names implements AddressResolver {
    final Map<String, Resolution> known = new HashMap<>();
    final Map<String, Consumer<Resolution>> asked = new HashMap<>();

    void put(String host, String... addresses) {
      known.put(
          host,
          new Resolution.Addresses(
              List.of(addresses).stream().map(InetAddress::ofLiteral).toList()));
    }

    @Override
    public @Nullable Resolution known(String host) {
      return known.get(host);
    }

    @Override
    public void resolve(String host, Consumer<Resolution> answer) {
      asked.put(host, answer);
    }
  }

  private Prober.Outcome probe(Prober.Question question) {
    questions.add(question);
    return outcomes.getOrDefault(
        question.address().getAddress().getHostAddress(), new Prober.Outcome.Answered(200));
  }

  private static UUID id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Upstream upstream(String healthchecks, Consumer<ObjectNode> more) {
    ObjectNode stored = JSON.createObjectNode();
    stored.put("id", id("u").toString()).put("name", "u");
    stored.set("healthchecks", JSON.readTree(healthchecks));
    more.accept(stored);
    return Upstream.of(stored);
  }

  private static Target target(String target, int weight) {
    ObjectNode stored = JSON.createObjectNode();
    stored.put("id", id(target).toString()).put("target", target).put("weight", weight);
    stored.putObject("upstream").put("id", id("u").toString());
    return Target.of(stored);
  }

  private UpstreamBalancer balancer(String healthchecks, Target... targets) {
    return balancers.put(upstream(healthchecks, _ -> {}), List.of(targets));
  }

  private static Pick pick(UpstreamBalancer balancer) {
    return balancer.pick(new AskingExchange(), List.of(), Runnable::run, _ -> {});
  }

  private static BalancedAddress address(Pick pick) {
    assertThat(pick).isInstanceOf(Pick.Target.class);
    BalancedAddress balanced = ((Pick.Target) pick).balanced();
    assertThat(balanced).isNotNull();
    return balanced;
  }

  private static String text(Pick pick) {
    return ((Pick.Target) pick).text();
  }

  private static Set<String> chosen(UpstreamBalancer balancer) {
    Set<String> chosen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      if (pick(balancer) instanceof Pick.Target target) {
        chosen.add(target.text());
      }
    }
    return chosen;
  }

  private static Health health(UpstreamBalancer balancer, String target) {
    return balancer.report().targets().stream()
        .filter(one -> one.id().equals(id(target)))
        .map(TargetReport::health)
        .findFirst()
        .orElseThrow();
  }

  private void run() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  // Changes

  @Test
  void without_targets_there_is_nobody() {
    assertThat(pick(balancer("{}"))).isEqualTo(new Pick.NoTarget());
    assertThat(pick(balancer("{}", target("10.0.0.1:80", 0)))).isEqualTo(new Pick.NoTarget());
  }

  @Test
  void a_change_leaves_what_it_does_not_touch_as_it_is() {
    UpstreamBalancer balancer =
        balancer(PASSIVE, target("10.0.0.1:80", 100), target("10.0.0.2:80", 100));
    assertThat(balancer.set(id("10.0.0.1:80"), null, false)).isEqualTo(Answer.DONE);
    Pick before = pick(balancer);
    assertThat(text(before)).isEqualTo("10.0.0.2");
    assertThat(
            balancer(
                PASSIVE,
                target("10.0.0.1:80", 50),
                target("10.0.0.2:80", 100),
                target("10.0.0.3:80", 0)))
        .isSameAs(balancer);
    assertThat(health(balancer, "10.0.0.1:80")).isEqualTo(Health.UNHEALTHY);
    assertThat(pick(balancer)).isSameAs(before);
    balancer(PASSIVE, target("10.0.0.1:80", 50), target("10.0.0.3:80", 10));
    assertThat(chosen(balancer)).containsExactly("10.0.0.3");
  }

  @Test
  void a_target_under_another_port_starts_anew() {
    UpstreamBalancer balancer = balancer(PASSIVE, target("10.0.0.1:80", 100));
    balancer.set(id("10.0.0.1:80"), null, false);
    balancer(PASSIVE, target("10.0.0.1:81", 100));
    assertThat(((Pick.Target) pick(balancer)).address().getPort()).isEqualTo(81);
  }

  @Test
  void host_lines_follow_target_header_and_port() {
    UpstreamBalancer balancer = balancer("{}", target("10.0.0.1:443", 100));
    BalancedAddress address = address(pick(balancer));
    assertThat(address.hostLine(false).value()).isEqualTo("10.0.0.1:443");
    assertThat(address.hostLine(true).value()).isEqualTo("10.0.0.1");
    balancers.put(
        upstream("{}", stored -> stored.put("host_header", "inner.test")),
        List.of(target("10.0.0.1:443", 100)));
    assertThat(address(pick(balancer))).isSameAs(address);
    assertThat(address.hostLine(false).value()).isEqualTo("inner.test:443");
    balancers.put(
        upstream("{}", stored -> stored.put("host_header", "inner.test:8080")),
        List.of(target("10.0.0.1:443", 100), target("[::1]:8000", 100)));
    assertThat(address.hostLine(false).value()).isEqualTo("inner.test:8080");
    balancer("{}", target("[::1]:8000", 100));
    assertThat(address(pick(balancer)).hostLine(false).value()).isEqualTo("[::1]:8000");
  }

  // Names

  @Test
  void every_address_of_a_name_gets_the_targets_weight() {
    names.put("a.test", "10.0.0.1", "10.0.0.2", "10.0.0.1");
    UpstreamBalancer balancer =
        balancer("{}", target("a.test:80", 100), target("10.0.0.9:80", 100));
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      counts.merge(text(pick(balancer)), 1, Integer::sum);
    }
    assertThat(counts).isEqualTo(Map.of("10.0.0.1", 10, "10.0.0.2", 10, "10.0.0.9", 10));
  }

  @Test
  void requests_wait_for_the_first_answer_of_a_name_server() {
    UpstreamBalancer balancer = balancer("{}", target("a.test:80", 100));
    List<Pick> later = new ArrayList<>();
    assertThat(balancer.pick(new AskingExchange(), List.of(), Runnable::run, later::add))
        .isInstanceOf(Pick.Waiting.class);
    names.put("a.test", "10.0.0.7");
    names.asked.get("a.test").accept(names.known.get("a.test"));
    assertThat(later).singleElement().isInstanceOf(Pick.Target.class);
    assertThat(text(pick(balancer))).isEqualTo("10.0.0.7");
  }

  @Test
  void nobody_waits_for_a_name_while_another_target_can_serve() {
    UpstreamBalancer balancer =
        balancer("{}", target("a.test:80", 100), target("10.0.0.9:80", 100));
    assertThat(text(pick(balancer))).isEqualTo("10.0.0.9");
  }

  @Test
  void a_name_that_does_not_exist_is_a_dns_error_and_gets_nothing() {
    UpstreamBalancer balancer = balancer(PASSIVE, target("a.test:80", 100));
    List<Pick> later = new ArrayList<>();
    balancer.pick(new AskingExchange(), List.of(), Runnable::run, later::add);
    names.asked.get("a.test").accept(new AddressResolver.Resolution.NotFound());
    assertThat(later).containsExactly(new Pick.NoTarget());
    assertThat(health(balancer, "a.test:80")).isEqualTo(Health.DNS_ERROR);
    names.put("a.test", "10.0.0.7");
    timers.pass(Duration.ofSeconds(1));
    assertThat(text(pick(balancer))).isEqualTo("10.0.0.7");
  }

  @Test
  void new_addresses_come_old_ones_keep_their_health() {
    names.put("a.test", "10.0.0.1", "10.0.0.2");
    UpstreamBalancer balancer = balancer(PASSIVE, target("a.test:80", 100));
    assertThat(balancer.set(id("a.test:80"), "10.0.0.1:80", false)).isEqualTo(Answer.DONE);
    names.put("a.test", "10.0.0.3", "10.0.0.1");
    timers.pass(Duration.ofSeconds(1));
    assertThat(chosen(balancer)).containsExactly("10.0.0.3");
    assertThat(balancer.report().targets().getFirst().addresses())
        .extracting(AddressReport::ip)
        .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.3");
  }

  @Test
  void what_was_known_serves_while_name_servers_fail() {
    names.put("a.test", "10.0.0.1");
    UpstreamBalancer balancer = balancer("{}", target("a.test:80", 100));
    names.known.remove("a.test");
    timers.pass(Duration.ofSeconds(1));
    names.asked.get("a.test").accept(new AddressResolver.Resolution.Failed("no answer"));
    assertThat(text(pick(balancer))).isEqualTo("10.0.0.1");
    timers.pass(Duration.ofSeconds(1));
    names.asked.get("a.test").accept(new AddressResolver.Resolution.NotFound());
    assertThat(pick(balancer)).isEqualTo(new Pick.NoTarget());
  }

  // Passive checks

  @Test
  void failures_in_a_row_take_an_address_out_and_a_success_ends_the_row() {
    UpstreamBalancer balancer =
        balancer(PASSIVE, target("10.0.0.1:80", 100), target("10.0.0.2:80", 100));
    BalancedAddress one = address(pick(balancer));
    one.answered(500, 1);
    one.answered(200, 1);
    one.answered(503, 1);
    one.answered(404, 1);
    assertThat(one.isHealthy()).isTrue();
    one.answered(500, 1);
    assertThat(one.isHealthy()).isFalse();
    assertThat(chosen(balancer)).doesNotContain(one.target().text()).hasSize(1);
    one.answered(200, 1);
    assertThat(one.isHealthy()).isTrue();
  }

  @Test
  void broken_connections_timeouts_and_504_count_as_what_they_are() {
    UpstreamBalancer balancer = balancer(PASSIVE, target("10.0.0.1:80", 100));
    BalancedAddress one = address(pick(balancer));
    List<Runnable> fatal =
        List.of(
            () -> one.failed(false, false),
            () -> one.failed(true, false),
            () -> one.answered(504, 1));
    for (Runnable each : fatal) {
      each.run();
      assertThat(one.isHealthy()).isFalse();
      balancer.set(id("10.0.0.1:80"), null, true);
      assertThat(one.isHealthy()).isTrue();
    }
    balancer(
        """
        {"passive":{"unhealthy":{"http_failures":1,"http_statuses":[502,504]}}}\
        """,
        target("10.0.0.1:80", 100));
    one.failed(false, false);
    assertThat(one.isHealthy()).isTrue();
    one.failed(false, true);
    assertThat(one.isHealthy()).isFalse();
    balancer.set(id("10.0.0.1:80"), null, true);
    one.answered(504, 1);
    assertThat(one.isHealthy()).isFalse();
    balancer.set(id("10.0.0.1:80"), null, true);
    one.failed(true, true);
    assertThat(one.isHealthy()).isFalse();
  }

  @Test
  void without_checks_nothing_is_ever_unhealthy() {
    UpstreamBalancer balancer = balancer(PASSIVE, target("10.0.0.1:80", 100));
    balancer.set(id("10.0.0.1:80"), null, false);
    assertThat(pick(balancer)).isEqualTo(new Pick.NoTarget());
    balancer("{}", target("10.0.0.1:80", 100));
    BalancedAddress one = address(pick(balancer));
    one.failed(true, true);
    assertThat(one.isHealthy()).isTrue();
    assertThat(health(balancer, "10.0.0.1:80")).isEqualTo(Health.HEALTHCHECKS_OFF);
    assertThat(balancer.set(id("10.0.0.1:80"), null, false)).isEqualTo(Answer.NO_CHECKS);
    assertThat(balancer.set(id("else"), null, false)).isEqualTo(Answer.UNKNOWN);
    assertThat(balancers.set(id("else"), id("x"), null, false)).isEqualTo(Answer.NO_BALANCER);
  }

  @Test
  void below_the_threshold_nobody_serves() {
    String half = PASSIVE.replaceFirst("\\{", "{\"threshold\":50,");
    UpstreamBalancer balancer =
        balancer(half, target("10.0.0.1:80", 100), target("10.0.0.2:80", 100));
    assertThat(balancer.report().available()).isTrue();
    balancer.set(id("10.0.0.1:80"), null, false);
    // Exactly the threshold is not enough.
    assertThat(pick(balancer)).isEqualTo(new Pick.NoTarget());
    assertThat(balancer.report().health()).isEqualTo(Health.UNHEALTHY);
    balancer(half, target("10.0.0.1:80", 99), target("10.0.0.2:80", 100));
    assertThat(chosen(balancer)).containsExactly("10.0.0.2");
    assertThat(balancer.report().health()).isEqualTo(Health.HEALTHY);
  }

  // Retries

  @Test
  void a_retry_goes_to_another_target_as_long_as_there_is_one() {
    UpstreamBalancer balancer =
        balancer(
            "{}", target("10.0.0.1:80", 1), target("10.0.0.2:80", 1), target("10.0.0.3:80", 9));
    List<Pick.Target> tried = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Pick.Target next =
          (Pick.Target) balancer.pick(new AskingExchange(), tried, Runnable::run, _ -> {});
      tried.add(next);
      texts.add(next.text());
    }
    assertThat(texts).hasSize(3);
    assertThat(balancer.pick(new AskingExchange(), tried, Runnable::run, _ -> {}))
        .isInstanceOf(Pick.Target.class);
  }

  // Active checks

  @Test
  void probes_ask_what_is_configured() {
    balancer(ACTIVE, target("10.0.0.1:80", 100), target("10.0.0.2:81", 0));
    timers.pass(Duration.ZERO);
    run();
    assertThat(questions)
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.address().getAddress().getHostAddress()).isEqualTo("10.0.0.1");
              assertThat(question.kind()).isEqualTo(Prober.Kind.HTTP);
              assertThat(question.path()).isEqualTo("/health");
              assertThat(question.host()).isEqualTo("10.0.0.1");
              assertThat(question.headers()).containsExactly("X-Probe: yes");
              assertThat(question.timeout()).isEqualTo(Duration.ofSeconds(1));
            });
  }

  @Test
  void probes_name_hosts_as_hosts_are_named() {
    String secure = ACTIVE.replace("\"http_path\"", "\"type\":\"https\",\"http_path\"");
    balancer(secure, target("[::1]:8000", 100));
    timers.pass(Duration.ZERO);
    run();
    balancers.put(
        upstream(secure, stored -> stored.put("host_header", "inner.test:8080")),
        List.of(target("[::1]:8000", 100)));
    timers.pass(Duration.ZERO);
    run();
    assertThat(questions).extracting(Prober.Question::kind).containsOnly(Prober.Kind.HTTPS);
    assertThat(questions)
        .extracting(Prober.Question::host)
        .containsExactly("[::1]", "inner.test:8080");
    assertThat(questions)
        .extracting(Prober.Question::serverName)
        .containsExactly("[::1]", "inner.test");
  }

  @Test
  void probes_take_an_address_out_and_bring_it_back_at_their_own_intervals() {
    UpstreamBalancer balancer =
        balancer(ACTIVE, target("10.0.0.1:80", 100), target("10.0.0.2:80", 100));
    outcomes.put("10.0.0.2", new Prober.Outcome.Answered(503));
    timers.pass(Duration.ZERO);
    run();
    assertThat(health(balancer, "10.0.0.2:80")).isEqualTo(Health.HEALTHY);
    timers.pass(Duration.ofSeconds(1));
    run();
    assertThat(health(balancer, "10.0.0.2:80")).isEqualTo(Health.UNHEALTHY);
    assertThat(chosen(balancer)).containsExactly("10.0.0.1");
    outcomes.clear();
    questions.clear();
    timers.pass(Duration.ofSeconds(3));
    run();
    assertThat(questions)
        .allSatisfy(
            question ->
                assertThat(question.address().getAddress().getHostAddress()).isEqualTo("10.0.0.1"));
    timers.pass(Duration.ofSeconds(2));
    run();
    assertThat(health(balancer, "10.0.0.2:80")).isEqualTo(Health.UNHEALTHY);
    timers.pass(Duration.ofSeconds(5));
    run();
    assertThat(health(balancer, "10.0.0.2:80")).isEqualTo(Health.HEALTHY);
  }

  @Test
  void an_address_whose_probe_is_under_way_is_not_asked_again() {
    balancer(ACTIVE, target("10.0.0.1:80", 100));
    timers.pass(Duration.ofSeconds(60));
    assertThat(work).hasSize(1);
    run();
    assertThat(questions).hasSize(1);
  }

  @Test
  void timeouts_refusals_and_answers_that_are_no_http_count_as_what_they_are() {
    UpstreamBalancer balancer = balancer(ACTIVE, target("10.0.0.1:80", 100));
    BalancedAddress one = address(pick(balancer));
    HealthRules rules =
        new HealthRules(
            balancer.upstream().healthChecks().active().recovery(),
            balancer.upstream().healthChecks().active().failure());
    one.checked(rules, new Prober.Outcome.TimedOut());
    one.checked(rules, new Prober.Outcome.TimedOut());
    assertThat(one.isHealthy()).isTrue();
    one.checked(rules, new Prober.Outcome.TimedOut());
    assertThat(one.isHealthy()).isFalse();
    one.set(true);
    one.checked(rules, new Prober.Outcome.Broken("refused"));
    assertThat(one.isHealthy()).isFalse();
    one.set(true);
    one.checked(rules, new Prober.Outcome.Answered(0));
    one.checked(rules, new Prober.Outcome.Answered(0));
    assertThat(one.isHealthy()).isFalse();
    one.checked(rules, new Prober.Outcome.Connected());
    one.checked(rules, new Prober.Outcome.Connected());
    assertThat(one.isHealthy()).isTrue();
  }

  @Test
  void a_change_of_the_checks_starts_them_anew_and_any_other_leaves_them() {
    int idle = timers.pending();
    UpstreamBalancer balancer = balancer(ACTIVE, target("10.0.0.1:80", 100));
    assertThat(timers.pending()).isEqualTo(idle + 2);
    timers.pass(Duration.ZERO);
    run();
    questions.clear();
    balancer(ACTIVE, target("10.0.0.1:80", 50));
    timers.pass(Duration.ZERO);
    run();
    assertThat(questions).isEmpty();
    balancer(ACTIVE.replace("/health", "/other"), target("10.0.0.1:80", 50));
    assertThat(timers.pending()).isEqualTo(idle + 2);
    timers.pass(Duration.ZERO);
    run();
    assertThat(questions).singleElement().extracting(Prober.Question::path).isEqualTo("/other");
    balancer("{}", target("10.0.0.1:80", 50));
    assertThat(timers.pending()).isEqualTo(idle);
    assertThat(balancer.upstream().name()).isEqualTo("u");
  }

  @Test
  void a_removed_upstream_asks_no_more_and_hears_no_late_answer() {
    UpstreamBalancer balancer = balancer(ACTIVE, target("10.0.0.1:80", 100));
    BalancedAddress one = address(pick(balancer));
    outcomes.put("10.0.0.1", new Prober.Outcome.Broken("refused"));
    timers.pass(Duration.ZERO);
    balancers.remove(id("u"));
    run();
    assertThat(one.isHealthy()).isTrue();
    timers.pass(Duration.ofSeconds(60));
    assertThat(work).isEmpty();
    assertThat(balancers.report(id("u"))).isEmpty();
    balancers.close();
    assertThat(timers.pending()).isZero();
  }
}
