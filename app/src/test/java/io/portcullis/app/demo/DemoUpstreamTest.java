package io.portcullis.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DemoUpstreamTest {
  private final DemoUpstream upstream = DemoUpstream.start("127.0.0.1", 0);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.shutdownNow();
    upstream.close();
  }

  @Test
  void answers_what_it_received() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("http", "/a/b?c=d"))
            .header("X-One", "1")
            .POST(HttpRequest.BodyPublishers.ofString("hello"))
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).body())
        .contains("\"method\" : \"POST\"")
        .contains("\"path\" : \"/a/b?c=d\"")
        .contains("\"X-One\" : \"1\"")
        .contains("\"body\" : \"hello\"");
  }

  @Test
  void sends_an_event_at_once_and_goes_on_after_the_last_one_seen() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("http", "/"))
            .header("Accept", "text/event-stream")
            .header("Last-Event-ID", "41")
            .build();
    try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
      assertThat(lines.limit(3))
          .anySatisfy(line -> assertThat(line).contains("42"))
          .anySatisfy(line -> assertThat(line).contains("stock-update"));
    }
  }

  @Test
  void echoes_a_message_and_hands_one_in_the_chat_to_everybody() throws Exception {
    Talker alone = connect("/echo");
    alone.socket.sendText("to myself", true).join();
    assertThat(alone.next()).isEqualTo("to myself");

    Talker one = connect("/chat");
    Talker two = connect("/chat");
    // A client is told of its connection before the room is; who hears itself is in it.
    one.socket.sendText("one is here", true).join();
    one.hears("one is here");
    two.socket.sendText("two is here", true).join();
    two.hears("two is here");
    one.socket.sendText("to all", true).join();
    one.hears("to all");
    two.hears("to all");
  }

  private Talker connect(String path) {
    Talker talker = new Talker();
    talker.socket = client.newWebSocketBuilder().buildAsync(uri("ws", path), talker).join();
    return talker;
  }

  private URI uri(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + upstream.port() + path);
  }

  private static final class Talker implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private WebSocket socket;

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      heard.add(text.toString());
      from.request(1);
      return null;
    }

    String next() throws InterruptedException {
      return heard.poll(30, TimeUnit.SECONDS);
    }

    /** Waits for a message, whatever else is said before it. */
    void hears(String text) throws InterruptedException {
      String next = next();
      while (next != null && !next.equals(text)) {
        next = next();
      }
      assertThat(next).isEqualTo(text);
    }
  }
}
