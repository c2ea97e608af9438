package io.portcullis.benchmarks;

import io.portcullis.core.entity.Route;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.routing.RouteQuery;
import io.portcullis.proxy.routing.RoutingTable;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a lookup and a change cost, by the number of routes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBenchmark {
  private static final int REQUESTS = 1024;

  /** Routes in the table. */
  @Param({"1", "10000", "100000"})
  public int routes;

  private RoutingTable table = Routes.table(0);
  private RouteQuery hot = Routes.Query.get("gw.test", "/");
  private RouteQuery miss = hot;
  private RouteQuery[] spread = {};
  private Route changed = Routes.numbered(0);
  private int next;

  /** Builds the table and the requests. */
  @Setup
  public void build() {
    table = Routes.table(routes);
    SplittableRandom random = new SplittableRandom(1);
    spread = new RouteQuery[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      int number = random.nextInt(routes);
      spread[i] = Routes.Query.get(Routes.host(number), Routes.path(number) + "/orders/17");
    }
    int middle = routes / 2;
    hot = Routes.Query.get("gw.test", Routes.path(middle - middle % 2) + "/orders/17");
    miss = Routes.Query.get("gw.test", "/teams/x/services/y");
    changed = Routes.numbered(middle);
  }

  /** The same route again and again. */
  @Benchmark
  public RouteMatch one_route_of_many() {
    return table.match(hot);
  }

  /** A thousand routes by turns, with and without hosts. */
  @Benchmark
  public RouteMatch routes_by_turns() {
    next = (next + 1) % REQUESTS;
    return table.match(spread[next]);
  }

  /** A request that no route takes. */
  @Benchmark
  public RouteMatch no_route() {
    return table.match(miss);
  }

  /** A table in which one route is another. */
  @Benchmark
  public RoutingTable change_of_one_route() {
    return table.change(2).with(changed).table();
  }
}
