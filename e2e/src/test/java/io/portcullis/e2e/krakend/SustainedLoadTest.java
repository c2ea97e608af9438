package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merged answers under load. How many there are is measured elsewhere; here all must be right. */
final class SustainedLoadTest {
  private static final int CLIENTS = 16;
  private static final Duration LONG = Duration.ofSeconds(2);

  @TempDir private Path folder;

  @Test
  @DisplayName("B2 each answer is whole while many clients ask without a pause")
  void each_answer_is_whole_under_load() throws Exception {
    try (KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                "{'version':3,'host':['http://127.0.0.1:PORT'],'timeout':'50s',"
                    + "'echo_endpoint':true,'extra_config':{'router':{'disable_access_log':true}},"
                    + "'endpoints':[{'endpoint':'/both/{id}','backend':["
                    + "{'url_pattern':'/__echo/one/{id}','group':'one','allow':['req_uri']},"
                    + "{'url_pattern':'/__echo/two/{id}','group':'two','allow':['req_uri']}]}]}");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + LONG.toNanos();
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String name = "c" + i;
        clients.add(threads.submit(() -> ask(gateway.port(), name, end)));
      }
      for (Future<Integer> client : clients) {
        assertThat(client.get(KrakendGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
      }
    }
  }

  /** Asks until the time is over, and answers how often. */
  private static int ask(int port, String name, long end) throws IOException {
    int asked = 0;
    WireConnection connection = WireConnection.open(port, KrakendGateway.PATIENCE);
    try {
      do {
        String id = name + '-' + asked;
        WireAnswer answer = connection.exchange(WireRequest.get("/both/" + id, "a.test"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Krakend-Completed")).containsExactly("true");
        assertThat(answer.text())
            .isEqualTo(
                ("{'one':{'req_uri':'/__echo/one/%s'},'two':{'req_uri':'/__echo/two/%s'}}")
                    .formatted(id, id)
                    .replace('\'', '"'));
        asked++;
        if (answer.header("Connection").contains("close")) {
          connection.close();
          connection = WireConnection.open(port, KrakendGateway.PATIENCE);
        }
      } while (System.nanoTime() < end);
    } finally {
      connection.close();
    }
    return asked;
  }
}
