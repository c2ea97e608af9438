package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Response;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What plugins can do to a request and its answer, and when their phases run. */
class PluginsOnTheWayTest {
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void waits_for_a_reply_that_comes_later() {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    PluginHandler slow =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            return new Reply.Later(reply);
          }
        };
    try (GatewayFixture gateway = with(slow);
        RawClient client = gateway.connect()) {
      client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      assertThat(client.isSilentFor(50)).isTrue();
      assertThat(target.requests()).isEmpty();
      reply.complete(Reply.next());
      assertThat(client.answer().text()).endsWith("\r\n\r\nbody");
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void ends_the_exchange_with_a_reply_that_comes_later() {
    PluginHandler refusing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> reply.complete(Reply.refuse(403, "no")));
            return new Reply.Later(reply);
          }
        };
    try (GatewayFixture gateway = with(refusing);
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).contains("\"message\":\"no\"");
    }
  }

  @Test
  void answers_500_when_a_later_reply_fails_or_a_plugin_throws() {
    PluginHandler failing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            if (exchange.request().path().equals("/throw")) {
              throw new IllegalStateException("for the test");
            }
            return new Reply.Later(
                CompletableFuture.failedFuture(new IllegalStateException("for the test")));
          }
        };
    try (GatewayFixture gateway = with(failing);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(500);
      RawClient.Answer answer = client.get("/throw");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).contains("An unexpected error occurred");
    }
  }

  @Test
  void logs_an_exchange_whose_client_left_while_a_plugin_had_it() {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    List<Integer> logged = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> reached = new CompletableFuture<>();
    PluginHandler slow =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            reached.complete(null);
            return new Reply.Later(reply);
          }

          @Override
          public void log(ExchangeLog log) {
            logged.add(log.status());
          }
        };
    try (GatewayFixture gateway = with(slow)) {
      RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      reached.join();
      client.close();
      await().until(() -> gateway.server().counters().active() == 0);
      assertThat(logged).isEmpty();
      reply.complete(Reply.next());
      await().untilAsserted(() -> assertThat(logged).containsExactly(499));
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void calls_other_services_through_the_gateways_own_client() {
    EchoTarget other = EchoTarget.start();
    AtomicReference<UpstreamCaller> caller = new AtomicReference<>();
    PluginHandler asking =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            UpstreamCaller.Call call =
                new UpstreamCaller.Call(
                    "POST",
                    URI.create("http://other.test:" + other.port() + "/ask?a=b"),
                    new Headers().add("x-asked-by", "plugin"),
                    "question".getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(5),
                    1 << 20,
                    false);
            return new Reply.Later(
                caller
                    .get()
                    .call(call)
                    .thenApply(
                        answer ->
                            new Reply.Exit(
                                answer.status(),
                                List.of(new Reply.HeaderLine("x-answered", "yes")),
                                answer.body())));
          }
        };
    try (other;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(asking)
                .name("other.test", "127.0.0.1")
                .start();
        RawClient client = gateway.connect()) {
      caller.set(gateway.caller());
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("x-answered")).hasValue("yes");
      assertThat(answer.text())
          .startsWith("POST /ask?a=b HTTP/1.1\r\nHost: other.test:" + other.port())
          .contains("x-asked-by: plugin")
          .endsWith("question");
      client.get("/");
      assertThat(other.connections()).isEqualTo(1);
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void balances_a_plugins_call_to_a_host_that_is_an_upstream() {
    EchoTarget gone = EchoTarget.start();
    int nobody = gone.port();
    gone.close();
    try (EchoTarget one = EchoTarget.start();
        EchoTarget two = EchoTarget.start();
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(new PluginHandler() {})
                .upstream(
                    "my_upstream",
                    stored -> stored.put("hash_on", "ip").put("host_header", "inner.test"))
                .target("my_upstream", "127.0.0.1:" + nobody, 100)
                .target("my_upstream", "127.0.0.1:" + one.port(), 100)
                .target("my_upstream", "127.0.0.1:" + two.port(), 100)
                .start()) {
      for (int i = 0; i < 6; i++) {
        String text =
            new String(
                call(gateway, "http://my_upstream/ask").join().body(), StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("GET /ask HTTP/1.1\r\nHost: inner.test:");
      }
      assertThat(one.requests()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(two.requests()).hasSizeGreaterThanOrEqualTo(2);
      one.close();
      two.close();
      assertThat(call(gateway, "http://my_upstream/ask")).isCompletedExceptionally();
    }
  }

  @Test
  void fails_a_plugins_call_that_is_too_slow_too_long_or_impossible() {
    target.script(
        conversation -> {
          EchoTarget.Received request = conversation.readRequest();
          if (request.target().equals("/long")) {
            conversation.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            conversation.write("3e8\r\n" + "a".repeat(1000) + "\r\n0\r\n\r\n");
          }
          conversation.read();
        });
    try (GatewayFixture gateway = with(new PluginHandler() {})) {
      assertThat(call(gateway, "http://127.0.0.1:" + target.port() + "/slow"))
          .isCompletedExceptionally();
      assertThat(call(gateway, "http://127.0.0.1:" + target.port() + "/long"))
          .isCompletedExceptionally();
      assertThat(call(gateway, "http://nowhere.test/")).isCompletedExceptionally();
      assertThat(call(gateway, "ftp://127.0.0.1/")).isCompletedExceptionally();
      await().until(() -> target.openConnections() == 0);
    }
  }

  private static CompletableFuture<UpstreamCaller.Answer> call(GatewayFixture gateway, String uri) {
    CompletableFuture<UpstreamCaller.Answer> future =
        gateway
            .caller()
            .call(
                new UpstreamCaller.Call(
                    "GET",
                    URI.create(uri),
                    new Headers(),
                    new byte[0],
                    Duration.ofMillis(300),
                    100,
                    false));
    await().until(future::isDone);
    return future;
  }

  @Test
  void changes_what_the_upstream_gets() {
    PluginHandler changing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            exchange.request().setMethod("PUT");
            exchange.request().setUpstreamPath("/other");
            exchange.request().setRawQuery("x=y");
            exchange.request().headers().set("x-added", "1");
            exchange.request().headers().remove("x-removed");
            return Reply.next();
          }
        };
    List<String> logged = new CopyOnWriteArrayList<>();
    PluginHandler logging =
        new PluginHandler() {
          @Override
          public void log(ExchangeLog log) {
            logged.add(
                log.method() + " " + log.uri() + " " + log.requestHeaders().get("x-removed"));
          }
        };
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(changing)
                .plugin(logging)
                .start();
        RawClient client = gateway.connect()) {
      client.send("GET /a?b HTTP/1.1\r\nHost: a\r\nX-Removed: 1\r\n\r\n").answer();
      EchoTarget.Received seen = target.lastRequest();
      assertThat(seen.method()).isEqualTo("PUT");
      assertThat(seen.target()).isEqualTo("/other?x=y");
      assertThat(seen.header("x-added")).isEqualTo("1");
      assertThat(seen.header("x-removed")).isNull();
      await().untilAsserted(() -> assertThat(logged).containsExactly("GET /a?b 1"));
    }
  }

  @Test
  void collects_the_request_body_for_a_plugin_and_refuses_one_over_its_limit() {
    PluginHandler shouting =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            byte[] body = exchange.request().body();
            if (body != null) {
              exchange
                  .request()
                  .setBody(
                      (new String(body, StandardCharsets.UTF_8).toUpperCase(Locale.ROOT) + "!")
                          .getBytes(StandardCharsets.UTF_8));
            }
            return Reply.next();
          }
        };
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(shouting, new PluginTraits(1, false, 100, 0))
                .start();
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.send("hello").answer().text()).endsWith("Content-Length: 6\r\n\r\nHELLO!");
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.send("2\r\nhi\r\n0\r\n\r\n").answer().text()).endsWith("\r\n\r\nHI!");
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n" + "a".repeat(101));
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void filters_headers_and_body_of_answers_as_they_stream() {
    target.answers(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
    PluginHandler filtering =
        new PluginHandler() {
          @Override
          public void headerFilter(Exchange exchange) {
            exchange.response().headers().set("x-source", exchange.response().source().name());
            exchange.response().setStatus(exchange.response().status() + 1);
          }

          @Override
          public BodyFilter bodyFilter(Exchange exchange) {
            return (chunk, last, out) -> {
              String text = StandardCharsets.UTF_8.decode(chunk).toString();
              out.accept(bytes(text.toUpperCase(Locale.ROOT)));
              if (last) {
                out.accept(bytes("."));
              }
            };
          }
        };
    try (GatewayFixture gateway = with(filtering, filtering);
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.text()).isEqualTo("ABCDEF..");
      assertThat(answer.header("x-source")).hasValue("UPSTREAM");
    }
    try (GatewayFixture gateway = GatewayFixture.gateway().plugin(filtering).start();
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.text()).startsWith("{\n  \"MESSAGE\":").endsWith("}.");
      assertThat(answer.header("x-source")).hasValue("ERROR");
    }
  }

  @Test
  void replaces_the_body_of_an_answer() {
    PluginHandler replacing =
        new PluginHandler() {
          @Override
          public void headerFilter(Exchange exchange) {
            exchange.response().setBody("mine".getBytes(StandardCharsets.UTF_8));
          }
        };
    try (GatewayFixture gateway = with(replacing);
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.text()).isEqualTo("mine");
      assertThat(answer.headers("content-length")).containsExactly("4");
      assertThat(client.get("/").text()).isEqualTo("mine");
    }
  }

  @Test
  void collects_the_answers_body_for_a_plugin() {
    PluginHandler counting =
        new PluginHandler() {
          @Override
          public void headerFilter(Exchange exchange) {
            byte[] body = exchange.response().body();
            exchange.response().headers().set("x-octets", body == null ? "none" : "" + body.length);
          }
        };
    target.answers(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .plugin(counting, new PluginTraits(1, false, 0, 10))
                .start();
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("x-octets")).hasValue("6");
      assertThat(answer.text()).isEqualTo("abcdef");
      target.answers("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789");
      assertThat(client.get("/").status()).isIn(200, 502);
    }
  }

  @Test
  void runs_every_phase_for_an_exit_too() {
    List<String> phases = new CopyOnWriteArrayList<>();
    PluginHandler early =
        new PluginHandler() {
          @Override
          public Reply rewrite(Exchange exchange) {
            phases.add("rewrite");
            return Reply.next();
          }

          @Override
          public Reply access(Exchange exchange) {
            phases.add("access");
            return Reply.exit(401, "{}", new Reply.HeaderLine("www-authenticate", "Key"));
          }

          @Override
          public void headerFilter(Exchange exchange) {
            phases.add("header_filter " + exchange.response().source());
          }

          @Override
          public void log(ExchangeLog log) {
            phases.add("log " + log.status() + " " + log.upstreamLatency());
          }
        };
    try (GatewayFixture gateway = with(early);
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("www-authenticate")).hasValue("Key");
      assertThat(answer.header("content-type")).hasValue("application/json; charset=utf-8");
      assertThat(answer.header("x-kong-response-latency")).isPresent();
      assertThat(answer.text()).isEqualTo("{}");
      await()
          .untilAsserted(
              () ->
                  assertThat(phases)
                      .containsExactly("rewrite", "access", "header_filter EXIT", "log 401 -1"));
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void shows_plugins_the_refusals_of_the_gateway() {
    List<String> seen = new CopyOnWriteArrayList<>();
    PluginHandler watching =
        new PluginHandler() {
          @Override
          public void log(ExchangeLog log) {
            seen.add(log.status() + " " + log.source() + " " + log.upstreamStatuses());
          }
        };
    target.script(conversation -> conversation.readRequest());
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "s", "http://127.0.0.1:" + target.port(), stored -> stored.put("retries", 1))
                .route("s", "/")
                .plugin(watching)
                .start();
        RawClient client = gateway.connect()) {
      client.get("/");
      client.send("GET /\r\n\r\n").answer();
      await()
          .untilAsserted(
              () ->
                  assertThat(seen)
                      .containsExactly(
                          "502 " + Response.Source.ERROR + " [502, 502]",
                          "400 " + Response.Source.ERROR + " []"));
    }
  }

  private GatewayFixture with(PluginHandler... handlers) {
    GatewayFixture.Builder builder = GatewayFixture.gateway().service("s", target).route("s", "/");
    for (PluginHandler handler : handlers) {
      builder.plugin(handler);
    }
    return builder.start();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
