package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.EventServer;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many streams at once on one node with little memory, and what is left of them afterwards. */
final class ManyStreamsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOCKETS = 1_000;
  private static final int EVENT_STREAMS = 500;
  private static final int CALLS = 100;
  private static final int CALLS_ON_A_CONNECTION = 10;
  private static final int ROUNDS = 10;

  /** How far apart two messages of one socket, and two events, are. */
  private static final Duration PACE = Duration.ofMillis(500);

  /** The bar is 50 ms on a quiet machine. */
  private static final Duration LOOSE = Duration.ofSeconds(2);

  private static final int FINAL = 0x80;
  private static final int BINARY = 2;

  private final Queue<Long> echoNanos = new ConcurrentLinkedQueue<>();
  private final Queue<Long> callNanos = new ConcurrentLinkedQueue<>();
  private final Queue<Long> eventNanos = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  @Test
  void a9_a_thousand_websockets_five_hundred_event_streams_and_a_hundred_calls_leave_nothing()
      throws Exception {
    try (SocketServer echo = SocketServer.echo();
        EventServer events = EventServer.start();
        GrpcTarget calls = GrpcTarget.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                folder,
                Map.of(
                    "upstream_keepalive_pool_size", "0", "upstream_keepalive_idle_timeout", "1"));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      serve(gateway, "ws", echo.port());
      serve(gateway, "events", events.port());
      add(gateway, "/services", "name=calls&url=grpc://127.0.0.1:" + calls.port());
      add(gateway, "/services/calls/routes", "protocols=grpc,grpcs&paths[]=/test.Echo");
      // Whatever is opened or allocated once is there after this.
      run(gateway, clients, events, new Load(200, 100, 20, 3));
      awaitQuiet(gateway, echo, events);
      Left before = Left.of(gateway);
      echoNanos.clear();
      eventNanos.clear();
      callNanos.clear();

      run(gateway, clients, events, new Load(SOCKETS, EVENT_STREAMS, CALLS, ROUNDS));

      tell("echo", echoNanos, SOCKETS * ROUNDS);
      tell("event", eventNanos, EVENT_STREAMS * ROUNDS);
      tell("call", callNanos, CALLS * ROUNDS);
      awaitQuiet(gateway, echo, events);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Left after = Left.of(gateway);
                assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2);
                assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
                assertThat(after.buffers()).isLessThanOrEqualTo(before.buffers() + 4 * 1024 * 1024);
              });
    }
  }

  /** How many of each, and how much they say. */
  private record Load(int sockets, int streams, int calls, int rounds) {
    int all() {
      return sockets + streams + calls;
    }
  }

  /** Opens all, lets them talk, and closes all. */
  private void run(GatewayProcess gateway, ExecutorService clients, EventServer server, Load load)
      throws Exception {
    CountDownLatch open = new CountDownLatch(load.all());
    CountDownLatch finished = new CountDownLatch(load.sockets() + load.calls());
    List<GrpcCaller> callers = new ArrayList<>();
    List<Future<?>> all = new ArrayList<>();
    List<WireConnection> listening = new ArrayList<>();
    for (int i = 0; i < load.streams(); i++) {
      WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE);
      client.send(WireRequest.get("/events", "a.test"));
      listening.add(client);
      all.add(clients.submit(() -> listen(client, open)));
    }
    for (int i = 0; i < load.sockets(); i++) {
      long offset = PACE.toNanos() * i / load.sockets();
      all.add(clients.submit(() -> talk(gateway, open, finished, load.rounds(), offset)));
    }
    for (int i = 0; i < load.calls(); i++) {
      if (i % CALLS_ON_A_CONNECTION == 0) {
        callers.add(GrpcCaller.plain(gateway.proxyPort()));
      }
      GrpcCaller caller = callers.getLast();
      long offset = PACE.toNanos() * i / load.calls();
      all.add(clients.submit(() -> chat(caller, open, finished, load.rounds(), offset)));
    }
    assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    JsonNode status = status(gateway);
    assertThat(status.at("/connections/websockets").intValue()).isEqualTo(load.sockets());
    assertThat(status.at("/connections/active").intValue())
        .isGreaterThanOrEqualTo(load.sockets() + load.streams());
    assertThat(status.at("/connections/writing").intValue()).isGreaterThanOrEqualTo(load.all());
    for (int i = 0; i < load.rounds(); i++) {
      server.send("data: " + System.nanoTime() + "\n\n");
      LockSupport.parkNanos(PACE.toNanos());
    }
    assertThat(finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    server.send("data: over\n\n");
    for (Future<?> each : all) {
      each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    for (WireConnection client : listening) {
      client.close();
    }
    callers.forEach(GrpcCaller::close);
  }

  private Void talk(
      GatewayProcess gateway, CountDownLatch open, CountDownLatch finished, int rounds, long offset)
      throws Exception {
    try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      assertThat(client.exchange(Handshake.of("/ws")).status()).isEqualTo(101);
      open.countDown();
      open.await();
      LockSupport.parkNanos(offset);
      for (int i = 0; i < rounds; i++) {
        long sent = System.nanoTime();
        byte[] message = ByteBuffer.allocate(64).putLong(sent).array();
        client.send(new WebSocketFrame(FINAL, BINARY, message));
        assertThat(client.readFrame().payload()).isEqualTo(message);
        echoNanos.add(System.nanoTime() - sent);
        LockSupport.parkNanos(PACE.toNanos());
      }
    } finally {
      open.countDown();
      finished.countDown();
    }
    return null;
  }

  private Void chat(
      GrpcCaller caller, CountDownLatch open, CountDownLatch finished, int rounds, long offset)
      throws Exception {
    try {
      GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(rounds + 1);
      call.send("first");
      assertThat(GrpcCaller.text(call.next())).isEqualTo("first");
      open.countDown();
      open.await();
      LockSupport.parkNanos(offset);
      for (int i = 0; i < rounds; i++) {
        long sent = System.nanoTime();
        call.send(Long.toString(sent));
        assertThat(GrpcCaller.text(call.next())).isEqualTo(Long.toString(sent));
        callNanos.add(System.nanoTime() - sent);
        LockSupport.parkNanos(PACE.toNanos());
      }
      call.halfClose();
      assertThat(call.status().isOk()).isTrue();
    } finally {
      open.countDown();
      finished.countDown();
    }
    return null;
  }

  private Void listen(WireConnection client, CountDownLatch open) throws IOException {
    assertThat(client.readHead().status()).isEqualTo(200);
    open.countDown();
    try {
      while (true) {
        String event = new String(client.readChunk(), StandardCharsets.US_ASCII).strip();
        String data = event.substring("data: ".length());
        if (data.equals("over")) {
          return null;
        }
        eventNanos.add(System.nanoTime() - Long.parseLong(data));
      }
    } catch (EOFException | SocketException gone) {
      throw new IOException("the stream ended before it was over", gone);
    }
  }

  private static void awaitQuiet(GatewayProcess gateway, SocketServer echo, EventServer events) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode connections = status(gateway).get("connections");
              assertThat(connections.get("websockets").intValue()).isZero();
              assertThat(connections.get("writing").intValue()).isZero();
              assertThat(connections.get("reading").intValue()).isZero();
              assertThat(connections.get("active").intValue()).isZero();
              assertThat(
                      metric(
                          AdminCall.get(gateway, "/metrics").text(),
                          "portcullis_upstream_connections_open"))
                  .isZero();
              assertThat(echo.peers()).isEmpty();
              assertThat(events.open()).isZero();
            });
  }

  /** Prints the percentiles and holds them against a bar that a busy machine also meets. */
  private static void tell(String what, Queue<Long> nanos, int expected) {
    assertThat(nanos).hasSize(expected);
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    long last = sorted[sorted.length * 99 / 100];
    System.out.printf(
        "%s: p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
        what, sorted[sorted.length / 2] / 1e6, last / 1e6, sorted[sorted.length - 1] / 1e6);
    assertThat(last).isLessThan(LOOSE.toNanos());
  }

  private static void serve(GatewayProcess gateway, String name, int port) throws IOException {
    add(gateway, "/services", "name=" + name + "&url=http://127.0.0.1:" + port);
    add(gateway, "/services/" + name + "/routes", "paths[]=/" + name);
  }

  private static void add(GatewayProcess gateway, String path, String form) throws IOException {
    WireAnswer answer = AdminCall.post(gateway, path, form);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static JsonNode status(GatewayProcess gateway) throws IOException {
    return JsonMapper.shared().readTree(AdminCall.get(gateway, "/status").text());
  }

  private static long metric(String page, String series) {
    return page.lines()
        .filter(line -> line.startsWith(series + ' '))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not among the metrics"));
  }

  /** What a process holds on to. */
  private record Left(long descriptors, long threads, long buffers) {
    static Left of(GatewayProcess gateway) throws IOException {
      String page = AdminCall.get(gateway, "/metrics").text();
      Path process = Path.of("/proc", Long.toString(gateway.handle().pid()), "fd");
      long descriptors;
      if (Files.isDirectory(process)) {
        try (Stream<Path> open = Files.list(process)) {
          descriptors = open.count();
        }
      } else {
        descriptors = metric(page, "process_open_fds");
      }
      return new Left(
          descriptors,
          metric(page, "jvm_threads_live"),
          metric(page, "jvm_buffer_memory_used_bytes{id=\"direct\"}"));
    }
  }
}
