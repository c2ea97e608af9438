package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.core.plugin.UpstreamCaller.Manner;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import io.portcullis.proxy.upstream.AddressResolver.ServiceTarget;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers to calls of plugins that go to the client as they come. */
class FlowingAnswersTest {
  private static final int LONG = 3_000_000;

  private final RawTarget called = RawTarget.start();
  private final AtomicReference<UpstreamCaller> caller = new AtomicReference<>();
  private final List<Integer> logged = new CopyOnWriteArrayList<>();
  private Duration timeout = Duration.ofSeconds(20);

  @AfterEach
  void stop() {
    called.close();
  }

  @Test
  void the_first_part_is_there_before_the_last_is_sent() throws IOException {
    try (GatewayFixture gateway = with(new Passing(), false);
        RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient target = called.accept()) {
      target.send("HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
      assertThat(client.readLine()).startsWith("HTTP/1.1 200");
      String lines = "";
      for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
        lines += line.toLowerCase(java.util.Locale.ROOT) + "\n";
      }
      assertThat(lines).contains("x-a: b").contains("transfer-encoding: chunked");
      assertThat(client.readLine()).isEqualTo("5");
      assertThat(client.readLine()).isEqualTo("first");

      target.send("4\r\nlast\r\n0\r\n\r\n");
      assertThat(client.readLine()).isEqualTo("4");
      assertThat(client.readLine()).isEqualTo("last");
      await().until(() -> logged.equals(List.of(200)));
    }
  }

  @Test
  void a_long_answer_arrives_whole_whatever_thread_it_comes_on() {
    String body = "0123456789".repeat(LONG / 10);
    for (boolean elsewhere : new boolean[] {false, true}) {
      try (GatewayFixture gateway = with(new Passing(), elsewhere);
          RawClient client = RawClient.connectWithReceiveBuffer(gateway.port(), 4096)) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CompletableFuture<Void> sent =
            CompletableFuture.runAsync(
                () -> {
                  try (RawClient target = called.accept()) {
                    target.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                    target.isClosedByPeer();
                  }
                });
        RawClient.Answer answer = client.answer();
        assertThat(answer.header("content-length")).hasValue(Integer.toString(body.length()));
        assertThat(answer.text()).endsWith(body.substring(LONG - 100)).hasSize(body.length());
        client.close();
        gateway.close();
        sent.orTimeout(10, TimeUnit.SECONDS).join();
      }
    }
  }

  @Test
  void an_answer_that_breaks_off_breaks_off_for_the_client() throws IOException {
    try (GatewayFixture gateway = with(new Passing(), false);
        RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
      try (RawClient target = called.accept()) {
        target.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart");
        assertThat(client.readLine()).startsWith("HTTP/1.1 200");
      }
      while (!client.readLine().isEmpty()) {
        // the head
      }
      assertThat(client.read(4)).asString().isEqualTo("part");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void the_time_for_the_call_bounds_the_body_too() throws IOException {
    timeout = Duration.ofMillis(300);
    try (GatewayFixture gateway = with(new Passing(), false);
        RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient target = called.accept()) {
      target.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart");
      assertThat(client.readLine()).startsWith("HTTP/1.1 200");
      while (!client.readLine().isEmpty()) {
        // the head
      }
      assertThat(client.read(4)).asString().isEqualTo("part");
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(target.readLine()).startsWith("GET");
    }
  }

  @Test
  void a_client_that_leaves_ends_the_call() {
    try (GatewayFixture gateway = with(new Passing(), false);
        RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient target = called.accept()) {
      target.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart");
      client.answerToHead();
      client.close();
      await().until(() -> gateway.server().upstreamConnections() == 0);
      await().until(() -> logged.equals(List.of(200)));
    }
  }

  @Test
  void a_plugin_that_wants_the_whole_answer_gets_it() {
    PluginHandler watching =
        new PluginHandler() {
          @Override
          public void headerFilter(Exchange exchange) {
            byte[] body = exchange.response().body();
            exchange
                .response()
                .headers()
                .set("x-length", Integer.toString(body == null ? -1 : body.length));
          }
        };
    EchoTarget unused = EchoTarget.start();
    try (unused;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", unused)
                .route("s", "/")
                .plugin(new Passing())
                .plugin(watching, new PluginTraits(1, false, 0, 1 << 20))
                .start()) {
      caller.set(gateway.caller());
      try (RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
          RawClient target = called.accept()) {
        target.send("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000));
        assertThat(client.answer().header("x-length")).hasValue("20000");
      }
    }
  }

  @Test
  void a_client_that_leaves_tells_the_plugin_that_works_for_it() {
    AtomicBoolean told = new AtomicBoolean();
    CompletableFuture<Void> reached = new CompletableFuture<>();
    PluginHandler working =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            reached.complete(null);
            return new Reply.Later(
                reply,
                () -> {
                  told.set(true);
                  reply.cancel(false);
                });
          }

          @Override
          public void log(ExchangeLog log) {
            logged.add(log.status());
          }
        };
    for (boolean blocking : new boolean[] {false, true}) {
      told.set(false);
      logged.clear();
      try (GatewayFixture gateway = with(working, blocking);
          RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
        reached.orTimeout(10, TimeUnit.SECONDS).join();
        await().until(() -> gateway.server().counters().writing() == 1);
        client.close();
        await().untilTrue(told);
        await().until(() -> logged.equals(List.of(499)));
      }
    }
  }

  @Test
  void a_name_that_nobody_resolves_costs_no_more_than_the_call_may_take() {
    try (GatewayFixture gateway = with(new Passing(), false)) {
      gateway.names().silence("silent.test");
      CompletableFuture<Answer> call =
          gateway
              .caller()
              .call(
                  new UpstreamCaller.Call(
                      "GET",
                      URI.create("http://silent.test/"),
                      new Headers(),
                      new byte[0],
                      Duration.ofMillis(50),
                      1 << 20,
                      true));
      assertThat(call)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("no answer within 50 ms");
    }
  }

  @Test
  void a_service_is_called_where_its_records_say() throws IOException {
    try (GatewayFixture gateway = with(new Passing(), false)) {
      gateway.names().put("place.test", "127.0.0.1");
      gateway.names().offer("_api._tcp.test", new ServiceTarget("place.test", called.port(), 0, 1));
      CompletableFuture<Answer> call = gateway.caller().call(service("_api._tcp.test"));
      try (RawClient target = called.accept()) {
        assertThat(target.readLine()).isEqualTo("GET /x HTTP/1.1");
        assertThat(target.readLine()).isEqualTo("Host: place.test:" + called.port());
        target.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(call.orTimeout(10, TimeUnit.SECONDS).join().body()).asString().isEqualTo("ok");
      }
      assertThat(gateway.caller().call(service("_none._tcp.test")))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("no SRV record of _none._tcp.test");
    }
  }

  @Test
  void a_long_answer_is_kept_as_far_as_there_is_memory() throws IOException {
    String length = "Content-Length: 80000\r\n\r\n";
    String chunk = "13880\r\n" + "x".repeat(80_000) + "\r\n";
    for (String body : List.of(length, "Transfer-Encoding: chunked\r\n\r\n" + chunk)) {
      for (long most : new long[] {0, 200_000}) {
        List<Long> taken = new CopyOnWriteArrayList<>();
        try (GatewayFixture gateway = with(new Passing(), false)) {
          CompletableFuture<Answer> call =
              gateway.caller().call(kept(octets -> taken.add(octets) && sum(taken) <= most));
          try (RawClient target = called.accept()) {
            while (!target.readLine().isEmpty()) {
              // the request
            }
            target.send("HTTP/1.1 200 OK\r\n" + body);
            if (most == 0) {
              assertThat(call)
                  .failsWithin(Duration.ofSeconds(10))
                  .withThrowableThat()
                  .withMessageContaining("no memory for an answer");
            } else {
              target.send(body.equals(length) ? "x".repeat(80_000) : "0\r\n\r\n");
              int octets = call.orTimeout(10, TimeUnit.SECONDS).join().body().length;
              assertThat(sum(taken)).isBetween((long) octets, 2L * octets);
            }
          }
        }
      }
    }
  }

  private static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  private UpstreamCaller.Call kept(Allowance memory) {
    return new UpstreamCaller.Call(
        "GET",
        URI.create("http://127.0.0.1:" + called.port() + "/"),
        new Headers(),
        new byte[0],
        Duration.ofSeconds(20),
        1 << 20,
        true,
        memory,
        null);
  }

  private static UpstreamCaller.Call service(String name) {
    return new UpstreamCaller.Call(
        "GET",
        URI.create("http://" + name + "/x"),
        new Headers(),
        new byte[0],
        Duration.ofSeconds(20),
        1 << 20,
        true,
        Allowance.UNLIMITED,
        new Manner(false, true));
  }

  /** Calls the target and lets its answer through. */
  private final class Passing implements PluginHandler {
    @Override
    public Reply access(Exchange exchange) {
      CompletableFuture<Answer> call =
          caller
              .get()
              .call(
                  new UpstreamCaller.Call(
                      "GET",
                      URI.create("http://127.0.0.1:" + called.port() + "/"),
                      new Headers(),
                      new byte[0],
                      timeout,
                      1 << 20,
                      true,
                      Allowance.UNLIMITED,
                      new Manner(true, false)));
      return new Reply.Later(call.thenApply(this::passed), () -> call.cancel(false));
    }

    private Reply passed(Answer answer) {
      @Nullable String line = answer.headers().get("x-a");
      List<Reply.HeaderLine> lines =
          line == null ? List.of() : List.of(new Reply.HeaderLine("x-a", line));
      return answer.flow() == null
          ? new Reply.Exit(answer.status(), lines, answer.body())
          : new Reply.Flow(answer.status(), lines, answer.flow());
    }

    @Override
    public void log(ExchangeLog log) {
      logged.add(log.status());
    }
  }

  /** A gateway with that plugin, on the I/O thread or on one where it may block. */
  private GatewayFixture with(PluginHandler handler, boolean blocking) {
    GatewayFixture gateway =
        GatewayFixture.gateway()
            .service("s", "http://127.0.0.1:9", _ -> {})
            .route("s", "/")
            .plugin(handler, new PluginTraits(1000, blocking, 0, 0))
            .start();
    caller.set(gateway.caller());
    return gateway;
  }
}
