package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that pass as they come. */
class FlowingAnswersTest {
  private static final String NO_OP = "'output_encoding':'no-op'";

  private final FakeGateway gateway = new FakeGateway();
  private final Backends backends = new Backends();

  /** All bodies, in the order of the calls. */
  private final List<Body> bodies = new CopyOnWriteArrayList<>();

  @BeforeEach
  void connect() {
    gateway.upstream.set(backends);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  @DisplayName("B17 B18 a body that nobody looks into passes as it comes")
  void a_body_that_nobody_looks_into_passes_as_it_comes() {
    flows("/a", 206, new byte[5], "x-a", "b", "content-length", "5");

    Reply reply = ask("/a", "", NO_OP);

    assertThat(backends.last().how()).isNotNull().matches(how -> how.flows());
    assertThat(Replies.text(reply)).isEqualTo("206 flowing");
    assertThat(Replies.headers(reply))
        .containsEntry("x-a", "b")
        .containsEntry("x-krakend-completed", "false")
        .doesNotContainKey("content-length");
    assertThat(bodies.getFirst().cancelled).isFalse();
  }

  @Test
  void modifiers_of_heads_let_the_body_pass_and_others_replace_it() {
    flows("/a", 200, new byte[5]);
    String head = "'martian':{'header.Modifier':{'name':'x-m','value':'v'}}";
    String body = "'martian':{'body.Modifier':{'scope':['response'],'body':'eA=='}}";

    Reply passed = ask("/a", head, NO_OP);
    Reply replaced = ask("/a", body, NO_OP);

    assertThat(Replies.text(passed)).isEqualTo("200 flowing");
    assertThat(Replies.headers(passed)).containsEntry("x-m", "v");
    assertThat(Replies.text(replaced)).isEqualTo("200 x");
    assertThat(bodies.get(0).cancelled).isFalse();
    assertThat(bodies.get(1).cancelled).isTrue();
  }

  @Test
  void a_body_that_the_client_could_not_read_is_inflated() throws IOException {
    flows("/a", 200, gzip("plain"), "content-encoding", "gzip");

    Reply inflated = ask("/a", "", NO_OP);
    assertThat(Replies.text(inflated)).isEqualTo("200 plain");
    assertThat(Replies.headers(inflated)).doesNotContainKey("content-encoding");
    assertThat(Replies.text(ask("/a", "", NO_OP + ",'max_body_size':4"))).isEqualTo("500 ");
    assertThat(bodies.getLast().cancelled).isTrue();

    Reply asked =
        gateway
            .start(
                new CompositionPlugin(),
                Endpoints.one("/a", "", NO_OP + ",'input_headers':['Accept-Encoding']"))
            .access(FakeExchange.get("/").header("accept-encoding", "gzip"));
    assertThat(Replies.text(asked)).isEqualTo("200 flowing");
  }

  @Test
  void a_redirect_lets_its_own_body_go() {
    flows("/a", 302, new byte[9], "location", "/b");
    backends.answers("/b", 200, "there");

    assertThat(Replies.text(ask("/a", "", NO_OP))).isEqualTo("200 there");
    assertThat(bodies.getFirst().cancelled).isTrue();
  }

  @Test
  void whoever_needs_the_whole_gets_it() {
    backends.json("/a", "{'a':1}");

    ask("/a", "", "");
    assertThat(backends.last().how()).isNull();
    ask("/a", "'http_cache':{}", NO_OP);
    assertThat(backends.last().how()).isNull();
    ask("/a", "", NO_OP + ",'concurrent_calls':2");
    assertThat(backends.last().how()).isNull();
  }

  private void flows(String path, int status, byte[] octets, String... headers) {
    backends.replies(
        path,
        _ -> {
          Body body = new Body(octets);
          bodies.add(body);
          Headers lines = Backends.answer(status, "", headers).headers();
          return new Answer(status, lines, new byte[0], body);
        });
  }

  private Reply ask(String path, String members, String endpoint) {
    return gateway
        .start(new CompositionPlugin(), Endpoints.one(path, members, endpoint))
        .access(FakeExchange.get("/"));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return zipped.toByteArray();
  }

  /** A body that comes at once when it is taken. */
  private static final class Body implements BodyFlow {
    private final byte[] octets;
    private boolean cancelled;

    Body(byte[] octets) {
      this.octets = octets;
    }

    @Override
    public long length() {
      return octets.length;
    }

    @Override
    public void flowTo(Receiver receiver) {
      receiver.data(ByteBuffer.wrap(octets));
      if (!cancelled) {
        receiver.end();
      }
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
