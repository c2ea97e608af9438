package io.portcullis.plugins.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With real connections: who looks, and who is pushed to. */
class StatsPluginTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeGateway gateway = new FakeGateway();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    gateway.close();
    client.close();
  }

  @Test
  void shows_what_was_counted_under_the_names_of_krakend_B57() throws Exception {
    int port = freePort();
    PluginHandler handler =
        start(
            "{'listen_address':'127.0.0.1:"
                + port
                + "','collection_time':0.05,'names':{'r':'/users/{id}'}}");

    exchange(handler, FakeLog.answered(FakeGateway.route("r"), null, 200));
    exchange(handler, FakeLog.answered(FakeGateway.route("r"), null, 200));
    exchange(handler, FakeLog.answered(FakeGateway.route("r"), null, 500));
    exchange(handler, FakeLog.answered(null, null, 404));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(page(port).at("/Counters/krakend.router.connected-total").longValue())
                    .isEqualTo(4));
    JsonNode page = page(port);
    JsonNode counters = page.get("Counters");
    assertThat(page.get("Time").longValue()).isPositive();
    assertThat(counters.get("krakend.router.disconnected-total").longValue()).isEqualTo(4);
    assertThat(counters.get("krakend.router.response./users/{id}.status.200.count").longValue())
        .isEqualTo(2);
    assertThat(counters.get("krakend.router.response./users/{id}.status.500.count").longValue())
        .isEqualTo(1);
    assertThat(counters.get("krakend.router.response.other.status.404.count").longValue())
        .isEqualTo(1);
    assertThat(
            counters
                .get("krakend.proxy.requests.layer.pipe.name./users/{id}.complete.false.error.true")
                .longValue())
        .isEqualTo(1);
    assertThat(page.at("/Gauges/krakend.service.runtime.MemStats.HeapAlloc").longValue())
        .isPositive();
    assertThat(page.get("Histograms").has("krakend.router.response./users/{id}.time")).isTrue();

    handler.close();
  }

  @Test
  void goes_on_counting_and_answering_when_the_configuration_changes() throws Exception {
    int port = freePort();
    String config = "{'listen_address':'127.0.0.1:" + port + "','collection_time':0.05}";
    PluginHandler first = start(config);
    exchange(first, FakeLog.answered(FakeGateway.route("r"), null, 200));
    PluginHandler second = start(config);
    first.close();
    exchange(second, FakeLog.answered(FakeGateway.route("r"), null, 200));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(page(port).at("/Counters/krakend.router.connected-total").longValue())
                    .isEqualTo(2));
    second.close();
    await().atMost(PATIENCE).until(() -> isFree(port));
  }

  @Test
  void an_address_that_is_taken_does_not_stop_the_gateway() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PluginHandler handler = start("{'listen_address':'127.0.0.1:" + taken.getLocalPort() + "'}");

      exchange(handler, FakeLog.answered(FakeGateway.route("r"), null, 200));

      handler.close();
    }
  }

  @Test
  void pushes_points_to_influx_B57() throws Exception {
    List<String> requests = new CopyOnWriteArrayList<>();
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer influx =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
    influx.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          requests.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    influx.start();
    try {
      gateway.upstream.set(this::send);
      PluginHandler handler =
          start(
              "{'collection_time':0.05,'names':{'r':'/a b'},'influx':{'address':'http://127.0.0.1:"
                  + influx.getAddress().getPort()
                  + "','ttl':0.05,'db':'krakend','username':'krakend-dev','password':'pas5w0rd'}}");
      exchange(handler, FakeLog.answered(FakeGateway.route("r"), null, 201));

      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                gateway.now.incrementAndGet();
                return bodies.stream().anyMatch(body -> body.contains("status=201"));
              });
      handler.close();

      assertThat(requests.getFirst())
          .isEqualTo("POST /write?db=krakend Basic a3Jha2VuZC1kZXY6cGFzNXcwcmQ=");
      String body =
          bodies.stream().filter(text -> text.contains("status=201")).findFirst().orElseThrow();
      assertThat(body)
          .containsPattern("responses,host=[^,]+,name=/a\\\\ b,status=201 total=1i,count=1i \\d+\n")
          .containsPattern("router,host=[^,]+,direction=in current=0i,total=1i,gauge=\\d+i \\d+\n")
          .containsPattern("runtime,host=[^ ]+ MemStats.HeapAlloc=\\d+i")
          .containsPattern(
              "requests,host=[^,]+,layer=pipe,name=/a\\\\ b,complete=false,error=false");
    } finally {
      influx.stop(0);
    }
  }

  @Test
  void a_sample_knows_its_distribution_and_begins_anew() {
    Samples samples = new Samples();
    for (int i = 1; i <= 100; i++) {
      samples.add(i);
    }

    Snapshot.Distribution drained = samples.drained();

    assertThat(drained.max()).isEqualTo(100);
    assertThat(drained.min()).isEqualTo(1);
    assertThat(drained.mean()).isEqualTo(50.5);
    assertThat(drained.percentiles().get(2)).isEqualTo(50.5);
    assertThat(drained.percentiles().getLast()).isBetween(99.0, 100.0);
    assertThat(samples.drained().isEmpty()).isTrue();
  }

  @Test
  void a_sample_of_more_than_it_holds_stays_within_what_was_added() {
    Samples samples = new Samples();
    for (int i = 0; i < 10_000; i++) {
      samples.add(7 + i % 2);
    }

    Snapshot.Distribution drained = samples.drained();

    assertThat(drained.min()).isEqualTo(7);
    assertThat(drained.max()).isEqualTo(8);
    assertThat(drained.mean()).isBetween(7.3, 7.7);
  }

  @Test
  void no_snapshot_is_pushed_twice() {
    InfluxPush push =
        new InfluxPush(
            new StatsConfig.Influx("http://influx.test:8086", 1, "krakend", null, null),
            "node",
            gateway.upstreams());
    Snapshot first = new Snapshot(1, Map.of(), Map.of(), Map.of());

    push.push(first);
    push.push(first);
    push.push(new Snapshot(2, Map.of(), Map.of(), Map.of()));

    assertThat(gateway.calls).hasSize(2);
  }

  @Test
  void points_tell_the_total_and_what_is_new() {
    LineProtocol lines = new LineProtocol("node 1");
    String name = "krakend.router.response./a,b.status.200.count";

    lines.of(new Snapshot(1, Map.of(name, 5L), Map.of(), Map.of()));
    String second = lines.of(new Snapshot(2, Map.of(name, 7L), Map.of(), Map.of()));

    assertThat(second)
        .contains("responses,host=node\\ 1,name=/a\\,b,status=200 total=7i,count=2i 2\n");
  }

  private PluginHandler start(String config) {
    return gateway.start(new StatsPlugin(), config);
  }

  private static void exchange(PluginHandler handler, FakeLog log) {
    handler.rewrite(new FakeExchange());
    handler.log(log);
  }

  private JsonNode page(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/__stats")).build();
    return JsonMapper.shared().readTree(client.send(request, BodyHandlers.ofString()).body());
  }

  private java.util.concurrent.CompletableFuture<UpstreamCaller.Answer> send(
      UpstreamCaller.Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
    for (int i = 0; i < call.headers().size(); i++) {
      request.header(call.headers().name(i), call.headers().value(i));
    }
    return client
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(
            answer ->
                new UpstreamCaller.Answer(
                    answer.statusCode(), new io.portcullis.core.plugin.Headers(), answer.body()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
