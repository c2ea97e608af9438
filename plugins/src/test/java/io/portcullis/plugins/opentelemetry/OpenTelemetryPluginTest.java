package io.portcullis.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.portcullis.core.entity.Consumer;
import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.plugin.Tracing.Layer;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.composition.CompositionPlugin;
import io.portcullis.plugins.testkit.OtlpReceiver;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenTelemetryPluginTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final Pattern CARRIED =
      Pattern.compile("(?im)^traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-0([0-3])\\s*$");

  private final FakeGateway context = new FakeGateway();
  private final EchoTarget target = EchoTarget.start();
  private final HttpClient client = HttpClient.newHttpClient();
  private final OtlpReceiver receiver = OtlpReceiver.start();

  @BeforeEach
  void connect() {
    context.upstream.set(this::send);
  }

  @AfterEach
  void stop() {
    client.close();
    target.close();
    receiver.close();
    context.close();
  }

  @Test
  void a_request_goes_on_with_the_clients_trace_and_hands_it_to_the_upstream() {
    PluginHandler handler = started("");
    Carried carried;
    try (GatewayFixture gateway = gateway(handler)) {
      carried = Carried.in(asked(gateway, "/a?apikey=secret", "01"));
    }
    handler.close();

    OtlpReceiver.Traced server = receiver.span("GET route-0");
    OtlpReceiver.Traced upstream = receiver.span("upstream");
    OtlpReceiver.Traced access = receiver.span("access");
    assertThat(receiver.spans())
        .hasSize(3)
        .extracting(OtlpReceiver.Traced::trace)
        .containsOnly(TRACE);
    assertThat(server.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(server.parent()).isEqualTo(CALLER);
    assertThat(upstream.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(upstream.parent()).isEqualTo(server.id());
    assertThat(access.parent()).isEqualTo(server.id());
    assertThat(carried).isEqualTo(new Carried(TRACE, upstream.id(), true));
    assertThat(server.attributes())
        .containsEntry("http.method", "GET")
        .containsEntry("http.scheme", "http")
        .containsEntry("http.host", "gw.test")
        .containsEntry("http.target", "/a")
        .containsEntry("http.flavor", "1.1")
        .containsEntry("http.status_code", "200")
        .containsEntry("kong.response.source", "upstream")
        .containsEntry("kong.route.name", "route-0")
        .containsEntry("kong.service.name", "s")
        .containsKey("kong.request.id")
        .doesNotContainKey("kong.consumer.id");
    assertThat(upstream.attributes())
        .containsEntry("net.peer.ip", "127.0.0.1")
        .containsEntry("net.peer.port", Integer.toString(target.port()))
        .containsEntry("http.status_code", "200")
        .containsEntry("try_count", "1");
    assertThat(receiver.spans().toString()).doesNotContain("secret");
    assertThat(access.start()).isEqualTo(server.start());
    assertThat(upstream.start()).isEqualTo(access.end());
    assertThat(upstream.end()).isBetween(upstream.start(), server.end());
  }

  @Test
  void a_request_without_a_trace_begins_one_and_the_answer_tells_it() {
    PluginHandler handler = started("'http_response_header_for_traceid':'X-Trace-Id'");
    String answered;
    try (GatewayFixture gateway = gateway(handler);
        RawClient client = gateway.connect()) {
      answered = client.get("/").header("x-trace-id").orElseThrow();
    }
    handler.close();

    OtlpReceiver.Traced server = receiver.span("GET route-0");
    assertThat(server.trace()).isEqualTo(answered).matches("[0-9a-f]{32}");
    assertThat(server.parent()).isEmpty();
  }

  @Test
  void what_describes_the_gateway_and_headers_go_with_each_batch() {
    PluginHandler handler =
        started("'resource_attributes':{'service.name':'edge','team':'a'},'headers':{'X-Key':'k'}");
    try (GatewayFixture gateway = gateway(handler)) {
      asked(gateway, "/", "01");
    }
    handler.close();

    assertThat(receiver.resources().getFirst())
        .containsEntry("service.name", "edge")
        .containsEntry("team", "a")
        .containsEntry("service.version", "3.9.1")
        .containsEntry("service.instance.id", "00000000-0000-4000-8000-00000000000a");
    assertThat(receiver.headers().getFirst())
        .containsEntry("X-key", List.of("k"))
        .containsEntry("Content-type", List.of("application/x-protobuf"));
  }

  @Test
  void nothing_is_sent_of_traces_that_are_not_sampled_but_they_are_handed_on() {
    PluginHandler none = started("'sampling_rate':0");
    try (GatewayFixture gateway = gateway(none)) {
      Carried carried = Carried.in(asked(gateway, "/", "01"));
      assertThat(carried.trace).isEqualTo(TRACE);
      assertThat(carried.sampled).isFalse();
    }
    none.close();
    PluginHandler all = started("");
    try (GatewayFixture gateway = gateway(all)) {
      assertThat(Carried.in(asked(gateway, "/", "00")).sampled).isFalse();
    }
    all.close();

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void with_an_endpoint_for_logs_alone_traces_are_handed_on_and_nothing_is_sent() {
    PluginHandler handler =
        context.start(new OpenTelemetryPlugin(), "{'logs_endpoint':'" + receiver.url() + "'}");
    try (GatewayFixture gateway = gateway(handler)) {
      assertThat(Carried.in(asked(gateway, "/", "01")).trace).isEqualTo(TRACE);
    }
    handler.close();

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void propagation_says_what_is_read_written_and_cleared() {
    PluginHandler deaf =
        started(
            "'propagation':{'extract':[],'clear':['X-B3-TraceId'],'inject':['preserve'],'default_format':'w3c'}");
    try (GatewayFixture gateway = gateway(deaf)) {
      String seen = asked(gateway, "/", "01", "X-B3-TraceId: 1");
      assertThat(Carried.in(seen).trace).isNotEqualTo(TRACE);
      assertThat(seen).doesNotContainIgnoringCase("x-b3-traceid");
    }
    PluginHandler mute = started("'propagation':{'inject':[],'default_format':'w3c'}");
    try (GatewayFixture gateway = gateway(mute)) {
      assertThat(asked(gateway, "/", "01")).contains(CALLER);
    }
    deaf.close();
    mute.close();
  }

  @Test
  void a_request_that_is_refused_before_has_a_trace_without_an_upstream() {
    PluginHandler handler = started("");
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(new Refusing())
                .plugin(handler)
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(503);
    }
    handler.close();

    OtlpReceiver.Traced server = receiver.span("GET route-0");
    assertThat(server.failed()).isTrue();
    assertThat(server.attributes())
        .containsEntry("http.status_code", "503")
        .containsEntry("kong.response.source", "kong");
    assertThat(receiver.span("access").end()).isEqualTo(server.end());
    assertThat(receiver.spans()).hasSize(2);
  }

  @Test
  void each_of_several_tries_is_a_span() throws IOException {
    int closed;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = free.getLocalPort();
    }
    PluginHandler handler = started("");
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .upstream("u", _ -> {})
                .target("u", "127.0.0.1:" + closed, 100)
                .target("u", "127.0.0.1:" + target.port(), 100)
                .service("s", "http://u", stored -> stored.put("retries", 5))
                .route("s", "/")
                .plugin(handler)
                .start();
        RawClient client = gateway.connect()) {
      // Targets take turns, so one of the two begins at the closed port.
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    handler.close();

    OtlpReceiver.Traced upstream =
        receiver.spans().stream()
            .filter(span -> "2".equals(span.attributes().get("try_count")))
            .filter(span -> span.name().equals("upstream"))
            .findFirst()
            .orElseThrow();
    List<OtlpReceiver.Traced> tries =
        receiver.spans().stream().filter(span -> span.parent().equals(upstream.id())).toList();
    assertThat(tries).hasSize(2);
    assertThat(tries.getFirst().failed()).isTrue();
    assertThat(tries.getFirst().attributes())
        .containsEntry("net.peer.port", Integer.toString(closed))
        .containsEntry("try_count", "1");
    assertThat(tries.getLast().failed()).isFalse();
    assertThat(tries.getLast().attributes()).containsEntry("http.status_code", "200");
    assertThat(tries).extracting(OtlpReceiver.Traced::name).containsOnly("try");
  }

  @Test
  void backends_of_a_composition_are_spans_that_they_hear_of() {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    PluginHandler handler = started("");
    PluginHandler composition =
        context.start(
            new CompositionPlugin(),
            "{'endpoint':'/x','backend':[{'url_pattern':'/b','host':['http://127.0.0.1:"
                + target.port()
                + "']}]}");
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .route(null, _ -> {}, "/")
                .plugin(handler)
                .plugin(composition, new PluginTraits(1, false, 1024, 0))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/x").text()).isEqualTo("{\"a\":1}");
    }
    composition.close();
    handler.close();

    OtlpReceiver.Traced call = receiver.span("GET /b");
    OtlpReceiver.Traced server = receiver.span("GET route-0");
    assertThat(call.parent()).isEqualTo(server.id());
    assertThat(call.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(call.attributes())
        .containsEntry("http.status_code", "200")
        .containsEntry("http.target", "/b")
        .containsEntry("net.peer.name", "127.0.0.1")
        .containsEntry("net.peer.port", Integer.toString(target.port()));
    assertThat(Carried.in("traceparent: " + target.lastRequest().header("traceparent")))
        .isEqualTo(new Carried(server.trace(), call.id(), true));
    assertThat(receiver.spans()).hasSize(3);
  }

  @Test
  void a_request_alone_is_the_parent_of_what_the_upstream_does() {
    context.tracing.set(new Tracing(1, Set.of(Layer.REQUEST)));
    PluginHandler handler = started("");
    Carried carried;
    try (GatewayFixture gateway = gateway(handler)) {
      carried = Carried.in(asked(gateway, "/", "01"));
    }
    FakeExchange exchange = FakeExchange.get("/");
    handler.access(exchange);
    Headers sent = new Headers();
    Objects.requireNonNull(exchange.get(CallObserver.KEY))
        .begun("/b", "GET", URI.create("http://h.test/b"), sent)
        .ended(200, null);
    handler.close();

    OtlpReceiver.Traced server = receiver.span("GET route-0");
    assertThat(receiver.spans()).hasSize(1);
    assertThat(server.parent()).isEqualTo(CALLER);
    assertThat(carried).isEqualTo(new Carried(TRACE, server.id(), true));
    assertThat(sent.contains("traceparent")).isTrue();
  }

  @Test
  void without_a_span_of_the_request_others_are_parts_of_what_the_client_does() {
    context.tracing.set(new Tracing(1, Set.of(Layer.PLUGINS, Layer.UPSTREAM)));
    PluginHandler handler = started("");
    Carried carried;
    try (GatewayFixture gateway = gateway(handler)) {
      carried = Carried.in(asked(gateway, "/", "01"));
    }
    handler.close();

    OtlpReceiver.Traced upstream = receiver.span("upstream");
    assertThat(receiver.spans()).hasSize(2);
    assertThat(upstream.parent()).isEqualTo(CALLER);
    assertThat(receiver.span("access").parent()).isEqualTo(CALLER);
    assertThat(carried).isEqualTo(new Carried(TRACE, upstream.id(), true));
  }

  @Test
  void without_any_layer_traces_are_handed_on_and_nothing_is_sent() {
    context.tracing.set(new Tracing(1, Set.of()));
    PluginHandler handler = started("");
    try (GatewayFixture gateway = gateway(handler)) {
      assertThat(Carried.in(asked(gateway, "/", "01")).trace).isEqualTo(TRACE);
    }
    handler.close();

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void the_nodes_share_counts_for_configurations_without_one() {
    OpenTelemetryConfig usual = config("{}");
    OpenTelemetryConfig own = config("{'sampling_rate':0.5}");

    assertThat(usual.rate(new Tracing(0.25, Set.of()))).isEqualTo(0.25);
    assertThat(own.rate(new Tracing(0.25, Set.of()))).isEqualTo(0.5);
  }

  @Test
  void a_consumer_is_told_by_its_id_alone() {
    Consumer consumer = context.consumer("anna", "custom");
    PluginHandler handler = started("");
    try (GatewayFixture gateway =
        GatewayFixture.gateway()
            .service("s", target)
            .route("s", "/")
            .plugin(new Recognising(consumer))
            .plugin(handler)
            .start()) {
      asked(gateway, "/", "01");
    }
    handler.close();

    assertThat(receiver.span("GET route-0").attributes())
        .containsEntry("kong.consumer.id", consumer.id().toString());
    assertThat(receiver.spans().toString()).doesNotContain("anna", "custom");
  }

  @Test
  void a_collector_that_is_away_disturbs_no_request_and_ends_no_later() {
    receiver.close();
    PluginHandler handler =
        started("'queue':{'max_entries':10,'max_batch_size':5,'max_coalescing_delay':0.01}");
    try (GatewayFixture gateway = gateway(handler);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }

    await().atMost(Duration.ofMinutes(1)).until(() -> closed(handler));
  }

  @Test
  void equal_configurations_share_what_they_send_with() {
    PluginHandler one = started("");
    PluginHandler two = started("");
    try (GatewayFixture gateway = gateway(one)) {
      asked(gateway, "/", "01");
    }

    one.close();
    assertThat(receiver.spans()).isEmpty();
    two.close();
    assertThat(receiver.spans()).hasSize(3);
  }

  @Test
  void calls_that_no_answer_ends_are_failed_spans() {
    PluginHandler handler = started("");
    FakeExchange exchange = FakeExchange.get("/");
    handler.access(exchange);
    CallObserver observer = Objects.requireNonNull(exchange.get(CallObserver.KEY));
    observer
        .begun("/b/{id}", "POST", URI.create("http://h.test/b/1?k=secret"), new Headers())
        .ended(0, new IOException("http://h.test/b/1?k=secret"));
    handler.close();

    OtlpReceiver.Traced call = receiver.span("POST /b/{id}");
    assertThat(call.failed()).isTrue();
    assertThat(call.toString()).doesNotContain("secret").contains("/b/1");
  }

  @Test
  void an_endpoint_that_is_no_url_starts_nothing() {
    assertThatThrownBy(
            () -> context.start(new OpenTelemetryPlugin(), "{'traces_endpoint':'nowhere'}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deprecated_spellings_count_unless_they_have_their_old_default() {
    OpenTelemetryConfig changed = config("{'batch_span_count':7,'batch_flush_delay':9}");
    OpenTelemetryConfig usual = config("{'batch_span_count':200,'batch_flush_delay':3}");

    assertThat(changed.batchSize()).isEqualTo(7);
    assertThat(changed.delay()).isEqualTo(Duration.ofSeconds(9));
    assertThat(usual.batchSize()).isEqualTo(200);
    assertThat(usual.delay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(usual.rate(Tracing.USUAL)).isEqualTo(0.01);
    assertThat(config("{'batch_span_count':50000}").batchSize()).isEqualTo(10_000);
  }

  private static OpenTelemetryConfig config(String changes) {
    var spec = new OpenTelemetryPlugin().spec();
    var whole = spec.defaults();
    whole.setAll(FakeGateway.json(changes));
    return spec.decode(whole);
  }

  /** Everything is sampled, and nothing is sent before the end. */
  private PluginHandler started(String members) {
    return context.start(
        new OpenTelemetryPlugin(),
        "{'traces_endpoint':'"
            + receiver.url()
            + "'"
            + (members.contains("sampling_rate") ? "" : ",'sampling_rate':1")
            + (members.contains("queue") ? "" : ",'queue':{'max_coalescing_delay':3600}")
            + (members.isEmpty() ? "" : "," + members)
            + "}");
  }

  private GatewayFixture gateway(PluginHandler handler) {
    return GatewayFixture.gateway().service("s", target).route("s", "/").plugin(handler).start();
  }

  /** What the target got, as it answers it. */
  private static String asked(
      GatewayFixture gateway, String path, String flags, String... moreLines) {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\n");
    request.append("traceparent: 00-" + TRACE + "-" + CALLER + "-" + flags + "\r\n");
    for (String line : moreLines) {
      request.append(line).append("\r\n");
    }
    try (RawClient client = gateway.connect()) {
      return client.send(request + "\r\n").answer().text();
    }
  }

  /** As the gateway calls, also when the gateway of a test is gone. */
  private CompletableFuture<UpstreamCaller.Answer> send(UpstreamCaller.Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(call.timeout())
            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
    call.headers().forEach(request::header);
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(
            answer -> new UpstreamCaller.Answer(answer.statusCode(), new Headers(), answer.body()));
  }

  private static boolean closed(PluginHandler handler) {
    handler.close();
    return true;
  }

  /** What a call tells of its trace. */
  private record Carried(String trace, String parent, boolean sampled) {
    static Carried in(String request) {
      Matcher line = CARRIED.matcher(request);
      assertThat(line.find()).as(request).isTrue();
      return new Carried(line.group(1), line.group(2), "13".contains(line.group(3)));
    }
  }

  private static final class Refusing implements PluginHandler {
    @Override
    public Reply access(Exchange exchange) {
      return new Reply.Exit(503, List.of(), new byte[0]);
    }
  }

  private record Recognising(Consumer consumer) implements PluginHandler {
    @Override
    public Reply access(Exchange exchange) {
      exchange.authenticate(consumer, null);
      return Reply.NEXT;
    }
  }
}
