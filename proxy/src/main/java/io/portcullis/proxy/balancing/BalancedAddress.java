package io.portcullis.proxy.balancing;

import io.portcullis.proxy.balancing.HealthState.Fault;
import io.portcullis.proxy.wire.FixedLine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One address that a target of an upstream stands for, with its health and its load. It lives as
 * long as the target has this address, whatever else changes. Thread-safe without a lock.
 */
public final class BalancedAddress {
  private static final VarHandle ACTIVE;

  static {
    try {
      ACTIVE = MethodHandles.lookup().findVarHandle(BalancedAddress.class, "active", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int GATEWAY_TIMEOUT = 504;
  private static final int BAD_GATEWAY = 502;

  /** Time after which an old latency counts for a third of what it was. */
  private static final double DECAY_NANOS = 10e9;

  private final HealthWatch watch;
  private final String name;
  private final Pick.Target target;
  private final long seed;
  private final HealthState state = new HealthState();
  private final AtomicBoolean probed = new AtomicBoolean();
  private volatile HostLines hostLines;
  private volatile int weight;

  @SuppressWarnings("UnusedVariable") // written through ACTIVE
  private volatile int active;

  /** Nanoseconds; 0 while unknown. Threads may overwrite each other's: it is an estimate. */
  private double latency;

  private long latencyAt;

  /** {@code Host} lines over clear text and over TLS, where other ports go without saying. */
  private record HostLines(FixedLine cleartext, FixedLine secure) {}

  /**
   * A healthy address without load.
   *
   * @param name of the target, as configured, with port
   * @param host of the target, without port
   * @param hostHeader what stands in {@code Host} instead of the host; null for the host
   */
  BalancedAddress(
      HealthWatch watch,
      String name,
      String host,
      InetAddress ip,
      int port,
      int weight,
      @Nullable String hostHeader) {
    this.watch = watch;
    this.name = name;
    this.weight = weight;
    this.target = new Pick.Target(new InetSocketAddress(ip, port), host, ip.getHostAddress(), this);
    this.seed = HashInput.hash(name + ' ' + ip.getHostAddress());
    this.hostLines = hostLines(hostHeader);
  }

  Pick.Target target() {
    return target;
  }

  /** Target as configured, with port. */
  String name() {
    return name;
  }

  /** Tells addresses apart in consistent hashing; the same on all nodes. */
  long seed() {
    return seed;
  }

  int weight() {
    return weight;
  }

  void weight(int changed) {
    weight = changed;
  }

  void hostHeader(@Nullable String changed) {
    hostLines = hostLines(changed);
  }

  private HostLines hostLines(@Nullable String hostHeader) {
    String own = target.host();
    String host = hostHeader != null ? hostHeader : own.indexOf(':') < 0 ? own : '[' + own + ']';
    int port = target.address().getPort();
    // One with a port of its own stays as it is.
    boolean complete = host.lastIndexOf(':') > host.lastIndexOf(']');
    FixedLine bare = FixedLine.of("Host", host);
    FixedLine full = complete ? bare : FixedLine.of("Host", host + ':' + port);
    return new HostLines(port == 80 ? bare : full, port == 443 ? bare : full);
  }

  /** The {@code Host} line of requests to it that do not keep their client's. */
  public FixedLine hostLine(boolean secure) {
    HostLines lines = hostLines;
    return secure ? lines.secure : lines.cleartext;
  }

  // Load

  /** A try at this address begins. */
  public void began() {
    ACTIVE.getAndAdd(this, 1);
  }

  /** The try is over, however it went. */
  public void ended() {
    ACTIVE.getAndAdd(this, -1);
  }

  /** Tries that have begun and not ended. */
  int active() {
    return active;
  }

  /**
   * What the next answer may take, in nanoseconds; an old measurement fades. 0 while there is none.
   *
   * @param now as {@link System#nanoTime}
   */
  double latency(long now) {
    return latency * Math.exp(-Math.max(now - latencyAt, 0) / DECAY_NANOS);
  }

  /** Assumes a latency until there is a measured one. */
  void assumeLatency(double nanos, long now) {
    if (latency == 0) {
      latency = nanos;
      latencyAt = now;
    }
  }

  private void measured(long nanos) {
    long now = watch.nanoTime();
    double before = latency;
    double share = before == 0 ? 0 : Math.exp(-Math.max(now - latencyAt, 0) / DECAY_NANOS);
    latency = before * share + nanos * (1 - share);
    latencyAt = now;
  }

  // Health

  boolean isHealthy() {
    return state.isHealthy();
  }

  /**
   * The head of an answer has come.
   *
   * @param nanos since the try began
   */
  public void answered(int status, long nanos) {
    measured(nanos);
    HealthRules rules = watch.passive();
    if (rules != null) {
      if (status == GATEWAY_TIMEOUT) {
        fail(rules, Fault.TIMEOUT);
      }
      if (status != GATEWAY_TIMEOUT || rules.isFailure(status)) {
        judge(rules, status);
      }
    }
  }

  /**
   * A try has failed without an answer.
   *
   * @param last whether no other try follows, so that the client gets to see it
   */
  public void failed(boolean timeout, boolean last) {
    HealthRules rules = watch.passive();
    if (rules == null) {
      return;
    }
    fail(rules, timeout ? Fault.TIMEOUT : Fault.TCP);
    if (last && rules.isFailure(timeout ? GATEWAY_TIMEOUT : BAD_GATEWAY)) {
      fail(rules, Fault.HTTP);
    }
  }

  /** Takes the result of an active check into account. */
  void checked(HealthRules rules, Prober.Outcome outcome) {
    switch (outcome) {
      case Prober.Outcome.Connected _ -> succeed(rules, "it takes connections");
      case Prober.Outcome.Answered answer -> {
        if (answer.status() == 0) {
          fail(rules, Fault.HTTP);
        } else {
          judge(rules, answer.status());
        }
      }
      case Prober.Outcome.TimedOut _ -> fail(rules, Fault.TIMEOUT);
      case Prober.Outcome.Broken _ -> fail(rules, Fault.TCP);
    }
  }

  /** Sets the state by hand and forgets what was counted. */
  void set(boolean healthy) {
    if (state.set(healthy)) {
      watch.turned(this, healthy, "set by hand");
    }
  }

  /** Forgets everything about its health. */
  void forgetHealth() {
    state.set(true);
  }

  /** Claims the one probe that may be under way; to be given back by {@link #probeEnded}. */
  boolean mayProbe() {
    return probed.compareAndSet(false, true);
  }

  void probeEnded() {
    probed.set(false);
  }

  private void judge(HealthRules rules, int status) {
    if (rules.isSuccess(status)) {
      succeed(rules, "status " + status);
    } else if (rules.isFailure(status)) {
      fail(rules, Fault.HTTP);
    }
  }

  private void succeed(HealthRules rules, String why) {
    if (state.succeeded(rules.successes())) {
      watch.turned(this, true, why);
    }
  }

  private void fail(HealthRules rules, Fault kind) {
    if (state.failed(kind, rules.limit(kind))) {
      watch.turned(this, false, kind.words());
    }
  }
}
