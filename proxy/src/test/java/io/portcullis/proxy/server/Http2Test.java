package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and answers over HTTP/2 in cleartext, octet for octet. */
class Http2Test {
  private final EchoTarget target = EchoTarget.start();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .accessLog(
              entry ->
                  log.add(
                      entry.status()
                          + " HTTP/"
                          + entry.exchange().request().httpVersion()
                          + (entry.clientAborted() ? " aborted" : "")
                          + (entry.requestSize() > 0 && entry.responseSize() > 0 ? "" : " empty")))
          .start();
  private final Http2Client client = Http2Client.connect(gateway.port());

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    target.close();
  }

  @Test
  void says_what_it_takes() {
    Http2Client.Received settings = client.await(Http2Client.SETTINGS);
    assertThat(settings.setting(Frame.SETTINGS_MAX_CONCURRENT_STREAMS)).isEqualTo(128);
    assertThat(settings.setting(Frame.SETTINGS_MAX_HEADER_LIST_SIZE)).isEqualTo(32 * 1024);
    assertThat(client.await(Http2Client.SETTINGS).has(Http2Client.ACK)).isTrue();
  }

  @Test
  void forwards_a_request_as_http_1() {
    Http2Client.Answer answer = client.get(1, "/a/b?c=d", "user-agent", "u").answer(1);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("via")).isEqualTo("1.1 kong/3.9.1");
    assertThat(answer.header("server")).isEqualTo("kong/3.9.1");
    assertThat(answer.headers()).containsKeys("date", "content-length", "x-kong-request-id");
    assertThat(answer.headers()).doesNotContainKeys("connection", "keep-alive");
    EchoTarget.Received seen = target.lastRequest();
    assertThat(seen.method()).isEqualTo("GET");
    assertThat(seen.target()).isEqualTo("/a/b?c=d");
    assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + target.port());
    assertThat(seen.header("via")).isEqualTo("2 kong/3.9.1");
    assertThat(seen.header("x-forwarded-host")).isEqualTo("gw.test");
    assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    assertThat(seen.header("user-agent")).isEqualTo("u");
    assertThat(seen.raw()).doesNotContain("\r\n:");
    await().untilAsserted(() -> assertThat(log).containsExactly("200 HTTP/2"));
  }

  @Test
  void adds_its_version_behind_an_earlier_via() {
    client.get(1, "/", "via", "1.0 fred").answer(1);
    assertThat(target.lastRequest().header("via")).isEqualTo("1.0 fred, 2 kong/3.9.1");
  }

  @Test
  void joins_the_crumbs_of_a_cookie() {
    client.get(1, "/", "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c").answer(1);
    assertThat(target.lastRequest().header("cookie")).isEqualTo("a=1; b=2; c");
  }

  @Test
  void takes_a_host_that_agrees_with_the_authority_or_stands_for_it() {
    assertThat(client.get(1, "/", "host", "gw.test").answer(1).status()).isEqualTo(200);
    assertThat(
            client
                .headers(
                    3, true, ":method", "GET", ":path", "/", ":scheme", "http", "host", "Other")
                .answer(3)
                .status())
        .isEqualTo(200);
    assertThat(target.lastRequest().header("x-forwarded-host")).isEqualTo("other");
  }

  @Test
  void passes_te_trailers_on_and_nothing_else_of_it() {
    client.get(1, "/", "te", "trailers").answer(1);
    assertThat(target.lastRequest().header("te")).isEqualTo("trailers");
  }

  @Test
  void serves_one_request_after_the_other_and_many_at_once() {
    for (int stream = 1; stream < 40; stream += 2) {
      assertThat(client.get(stream, "/" + stream).answer(stream).text())
          .startsWith("GET /" + stream + " HTTP/1.1\r\n");
    }
    for (int stream = 41; stream < 200; stream += 2) {
      client.get(stream, "/" + stream);
    }
    for (int stream = 41; stream < 200; stream += 2) {
      assertThat(client.answer(stream).text()).startsWith("GET /" + stream + " HTTP/1.1\r\n");
    }
    await().untilAsserted(() -> assertThat(log).hasSize(100));
  }

  @Test
  void takes_a_body_with_a_length_and_one_without() {
    client.post(1, "/", "content-length", "8").data(1, false, "one ").data(1, true, "body");
    assertThat(client.answer(1).text()).endsWith("\r\n\r\none body");
    assertThat(target.lastRequest().header("content-length")).isEqualTo("8");
    client.post(3, "/").data(3, false, "an").data(3, false, "other").data(3, true);
    assertThat(client.answer(3).text()).endsWith("\r\n\r\nanother");
    client.post(5, "/").data(5, true);
    assertThat(client.answer(5).status()).isEqualTo(200);
    assertThat(target.lastRequest().body()).isEmpty();
  }

  @Test
  void passes_the_padding_of_frames_over() {
    byte[] head = Http2Client.block(Http2Client.request("POST", "/"));
    byte[] padded = new byte[head.length + 1 + 7];
    padded[0] = 7;
    System.arraycopy(head, 0, padded, 1, head.length);
    client
        .frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.PADDED, 1, padded)
        .frame(Http2Client.DATA, Http2Client.PADDED, 1, new byte[] {3, 'h', 'i', 0, 0, 0})
        .frame(Http2Client.DATA, Http2Client.PADDED, 1, new byte[] {0})
        .frame(
            Http2Client.DATA,
            Http2Client.PADDED | Http2Client.END_STREAM,
            1,
            new byte[] {1, '!', 0});
    assertThat(client.answer(1).text()).endsWith("\r\n\r\nhi!");
  }

  @Test
  void takes_a_header_block_in_parts_and_octet_by_octet() {
    byte[] head = Http2Client.block(Http2Client.request("GET", "/parts"));
    client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1);
    for (int i = 0; i < head.length; i += 10) {
      int count = Math.min(10, head.length - i);
      client.frame(
          Http2Client.CONTINUATION,
          i + count == head.length ? Http2Client.END_HEADERS : 0,
          1,
          java.util.Arrays.copyOfRange(head, i, i + count));
    }
    assertThat(client.answer(1).text()).startsWith("GET /parts HTTP/1.1\r\n");
    byte[] frame =
        Http2Client.encode(
            Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 3, head);
    for (byte octet : frame) {
      client.raw(new byte[] {octet});
    }
    assertThat(client.answer(3).text()).startsWith("GET /parts HTTP/1.1\r\n");
  }

  @Test
  void answers_head_and_statuses_without_a_body_at_once() {
    target.answers("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
    Http2Client.Answer answer = client.get(1, "/").answer(1);
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.header("etag")).isEqualTo("\"x\"");
    assertThat(answer.body()).isEmpty();
    target.dropConnections();
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
    answer = client.headers(3, true, Http2Client.request("HEAD", "/")).answer(3);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-length")).isEqualTo("7");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void relays_a_body_of_unknown_length_with_its_trailers() {
    target.answers(
        """
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        Trailer: X-Sum\r
        \r
        5\r
        hello\r
        0\r
        X-Sum: 42\r
        \r
        """);
    Http2Client.Answer answer = client.get(1, "/", "te", "trailers").answer(1);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.trailers()).containsExactlyEntriesOf(Map.of("x-sum", "42"));
    assertThat(answer.headers()).doesNotContainKeys("transfer-encoding", "content-length");
    answer = client.get(3, "/").answer(3);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.trailers()).isEmpty();
  }

  @Test
  void passes_the_trailers_of_a_request_on() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readHead();
          for (String line = ""; !line.equals("X-Sum: 1") && !line.equals("x-sum: 1"); ) {
            line = conversation.readLine();
          }
          seen.countDown();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
    client.post(1, "/").data(1, false, "body").headers(1, true, "x-sum", "1");
    assertThat(client.answer(1).status()).isEqualTo(200);
    assertThat(seen.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void relays_interim_answers_and_invites_a_body() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write(
              "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                  + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          conversation.read();
        });
    client.post(1, "/", "expect", "100-continue", "content-length", "2");
    Http2Client.Received invitation = client.await(Http2Client.HEADERS);
    assertThat(invitation.has(Http2Client.END_STREAM)).isFalse();
    Http2Client.Answer answer = client.data(1, true, "ok").answer(1);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.interim())
        .containsExactly(Map.of(":status", "100"), Map.of(":status", "103", "link", "</x>"));
  }

  @Test
  void has_no_place_for_the_connections_own_lines() {
    target.answers(
        """
        HTTP/1.1 200 OK\r
        Connection: X-Hop\r
        X-Hop: 1\r
        Keep-Alive: timeout=5\r
        Upgrade: h2c\r
        Content-Length: 0\r
        X-Kept: Yes\r
        \r
        """);
    Http2Client.Answer answer = client.get(1, "/").answer(1);
    assertThat(answer.headers())
        .containsEntry("x-kept", "Yes")
        .doesNotContainKeys("connection", "x-hop", "keep-alive", "upgrade");
  }

  @Test
  void tells_a_broken_answer_by_a_reset() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    client.get(1, "/");
    while (client.partOf(1).body().length < 4) {
      client.read();
    }
    target.dropConnections();
    assertThat(client.awaitReset(1)).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(client.partOf(1).isEnded()).isFalse();
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    assertThat(client.get(3, "/").answer(3).text()).isEqualTo("ok");
  }

  @Test
  void cancels_the_upstream_when_a_stream_is_reset_and_keeps_the_others() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    target.script(
        conversation -> {
          EchoTarget.Received request = conversation.readRequest();
          if (request == null) {
            return;
          }
          if (request.target().equals("/quick")) {
            conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            return;
          }
          asked.countDown();
          try {
            conversation.read();
          } finally {
            gone.countDown();
          }
        });
    client.get(1, "/slow");
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    client.number(Http2Client.RST_STREAM, 1, ErrorCode.CANCEL);
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(log).containsExactly("499 HTTP/2 aborted empty"));
    assertThat(client.get(3, "/quick").answer(3).text()).isEqualTo("ok");
  }

  @Test
  void cancels_all_upstreams_when_the_connection_ends() throws Exception {
    CountDownLatch asked = new CountDownLatch(3);
    CountDownLatch gone = new CountDownLatch(3);
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.countDown();
          try {
            conversation.read();
          } finally {
            gone.countDown();
          }
        });
    client.get(1, "/").get(3, "/").get(5, "/");
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    client.close();
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(log).hasSize(3));
  }

  @Test
  void lets_a_client_that_is_nearly_done_finish_its_body_after_the_answer() {
    target.script(
        conversation -> {
          conversation.readHead();
          conversation.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
          conversation.read();
        });
    client.post(1, "/", "content-length", "2").data(1, false, "a");
    assertThat(client.answer(1).status()).isEqualTo(403);
    client.data(1, true, "b");
    client.frame(Http2Client.PING, 0, 0, new byte[8]);
    // No frame but the answer to the ping: above all no reset.
    assertThat(client.await(Http2Client.PING).has(Http2Client.ACK)).isTrue();
    assertThat(client.partOf(1).reset()).isEqualTo(-1);
  }

  @Test
  void asks_a_client_to_stop_a_body_that_is_of_no_use() {
    target.script(
        conversation -> {
          String head = conversation.readHead();
          assertThat(head).isNotNull();
          conversation.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
          conversation.read();
        });
    client.post(1, "/", "content-length", "100000").data(1, false, "a");
    Http2Client.Answer answer = client.answer(1);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("no");
    assertThat(client.awaitReset(1)).isEqualTo(ErrorCode.NO_ERROR);
    // What was on its way meanwhile disturbs nobody.
    client.data(1, false, "b").data(1, true, "c");
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    assertThat(client.get(3, "/").answer(3).text()).isEqualTo("ok");
  }

  @Test
  void drains_in_two_steps_and_finishes_what_is_under_way() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.countDown();
          try {
            answer.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    client.get(1, "/");
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    Thread stopping = Thread.ofVirtual().start(() -> gateway.server().stop(Duration.ofSeconds(10)));
    Http2Client.Received first = client.await(Http2Client.GOAWAY);
    assertThat(first.number(0)).isEqualTo(Frame.MAX_INT);
    Http2Client.Received probe = client.await(Http2Client.PING);
    // A request that crosses the first word is still served.
    client.get(3, "/").frame(Http2Client.PING, Http2Client.ACK, 0, probe.payload());
    assertThat(client.await(Http2Client.GOAWAY).number(0)).isEqualTo(3);
    client.get(5, "/");
    assertThat(client.awaitReset(5)).isEqualTo(ErrorCode.REFUSED_STREAM);
    answer.countDown();
    assertThat(client.answer(1).text()).isEqualTo("ok");
    assertThat(client.answer(3).text()).isEqualTo("ok");
    assertThat(client.isClosedByPeer()).isTrue();
    client.close();
    stopping.join();
  }

  @Test
  void knows_the_preface_in_pieces_and_http_1_beside_it() {
    byte[] preface = Frame.preface();
    try (Http2Client slow = Http2Client.connectBare(gateway.port())) {
      for (byte octet : preface) {
        slow.raw(new byte[] {octet});
      }
      assertThat(slow.settings().get(1, "/").answer(1).status()).isEqualTo(200);
    }
    try (RawClient old = gateway.connect()) {
      assertThat(old.get("/").status()).isEqualTo(200);
    }
    try (RawClient old = gateway.connect()) {
      old.send("P");
      assertThat(old.isSilentFor(20)).isTrue();
      old.send("U").send("T / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
      assertThat(old.answer().text()).startsWith("PUT / HTTP/1.1\r\n").endsWith("ok");
    }
  }

  @Test
  void leaves_off_http_2_when_told_to() {
    try (GatewayFixture plain =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withHttp2(false))
                .start();
        RawClient raw = plain.connect()) {
      raw.send(new String(Frame.preface(), StandardCharsets.ISO_8859_1));
      assertThat(raw.answer().status()).isEqualTo(505);
      assertThat(raw.isClosedByPeer()).isTrue();
    }
  }
}
