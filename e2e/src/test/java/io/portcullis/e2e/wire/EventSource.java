package io.portcullis.e2e.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a browser does with {@code new EventSource(url)} (HTML, section 9.2): reads events, and
 * connects again with the last event's id when the stream ends.
 */
public final class EventSource implements AutoCloseable {
  private static final long RECONNECT_MILLIS = 50;

  private final HttpClient client;
  private final URI address;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread reader;
  private String lastEventId = "";

  /** An event; {@code type} is {@code message} when the stream names none. */
  public record Event(String type, String data, String lastEventId) {}

  private EventSource(HttpClient client, URI address) {
    this.client = client;
    this.address = address;
    this.reader = Thread.ofVirtual().unstarted(this::run);
  }

  /** Connects; {@code open} and {@code error} are events without data. */
  public static EventSource connect(HttpClient client, URI address) {
    EventSource source = new EventSource(client, address);
    source.reader.start();
    return source;
  }

  /** The next event; null when none comes for half a minute. */
  public @Nullable Event next() throws InterruptedException {
    return events.poll(30, TimeUnit.SECONDS);
  }

  private void run() {
    try {
      while (!closed.get()) {
        connect();
        events.add(new Event("error", "", lastEventId));
        Thread.sleep(RECONNECT_MILLIS);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect() throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Accept", "text/event-stream")
            .header("Cache-Control", "no-cache");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    try {
      HttpResponse<java.io.InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        if (answer.statusCode() == 200) {
          events.add(new Event("open", "", lastEventId));
          read(lines);
        }
      }
    } catch (IOException ended) {
      // Connect again, as long as nobody closes.
    }
  }

  private void read(BufferedReader lines) throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(new Event(type, data.substring(0, data.length() - 1), lastEventId));
        }
        type = "message";
        data.setLength(0);
      } else if (field.equals("event")) {
        type = value;
      } else if (field.equals("data")) {
        data.append(value).append('\n');
      } else if (field.equals("id")) {
        lastEventId = value;
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed.set(true);
    reader.interrupt();
    reader.join();
  }
}
