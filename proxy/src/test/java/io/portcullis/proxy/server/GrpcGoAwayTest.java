package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A target that sends its clients away every now and then, as servers behind balancers do. */
final class GrpcGoAwayTest {
  /** Seconds; the long run is for whoever has the time. */
  private static final long DURATION = Long.getLong("portcullis.test.goaway.seconds", 6);

  @Test
  void no_call_fails_when_the_target_goes_away_every_two_seconds() throws Exception {
    try (GrpcTarget target =
            GrpcTarget.start(
                builder ->
                    builder
                        .maxConnectionAge(2, TimeUnit.SECONDS)
                        .maxConnectionAgeGrace(30, TimeUnit.SECONDS));
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        GrpcCaller caller = GrpcCaller.plain(gateway.port());
        GrpcCaller other = GrpcCaller.plain(gateway.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DURATION);
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        GrpcCaller chosen = i % 2 == 0 ? caller : other;
        all.add(threads.submit(i < 4 ? () -> calls(chosen, end) : chat(chosen, end)));
      }
      for (Future<Integer> each : all) {
        assertThat(each.get()).isGreaterThan(0);
      }
    }
  }

  private static int calls(GrpcCaller caller, long end) {
    int count = 0;
    while (System.nanoTime() < end) {
      assertThat(caller.unary("call " + count)).isEqualTo("call " + count);
      count++;
    }
    return count;
  }

  /** Streams that are open while the connection under them retires. */
  private static Callable<Integer> chat(GrpcCaller caller, long end) {
    return () -> {
      int count = 0;
      while (System.nanoTime() < end) {
        GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(1000);
        for (int i = 0; i < 30; i++) {
          call.send("m" + i);
          assertThat(GrpcCaller.text(call.next())).isEqualTo("m" + i);
          TimeUnit.MILLISECONDS.sleep(20);
        }
        call.halfClose();
        assertThat(call.status().isOk()).isTrue();
        count++;
      }
      return count;
    };
  }
}
