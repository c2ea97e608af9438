package io.portcullis.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However octets are cut into pieces, they mean the same. */
class CodecPropertyTest {
  private static final int LIMIT = 32 * 1024;

  @Property(tries = 500)
  void a_head_means_the_same_in_pieces_as_in_one(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("POST /path?query HTTP/1.1\r\nHost: a.test:80\r\n");
    int lines = random.nextInt(200);
    List<String> expected = new ArrayList<>();
    expected.add("host=a.test:80");
    for (int i = 0; i < lines; i++) {
      String value = "v".repeat(random.nextInt(random.nextInt(20) == 0 ? 500 : 20));
      text.append("X-Name-").append(i).append(": ").append(value).append(" \r\n");
      expected.add("x-name-" + i + "=" + value);
    }
    text.append("Content-Length: 7\r\n\r\n");
    expected.add("content-length=7");
    byte[] octets = (text + "and more").getBytes(StandardCharsets.ISO_8859_1);
    HeadBuffer buffer = new HeadBuffer();
    RequestHead head = new RequestHead();
    int at = 0;
    int answer = Head.INCOMPLETE;
    ByteBuffer input = ByteBuffer.allocate(0);
    while (answer == Head.INCOMPLETE) {
      int count = Math.min(1 + random.nextInt(random.nextBoolean() ? 3 : 9000), octets.length - at);
      input = ByteBuffer.wrap(octets, at, count);
      at += count;
      answer = buffer.take(input, head, LIMIT);
    }
    assertThat(answer).isZero();
    assertThat(at - input.remaining()).isEqualTo(text.length());
    assertThat(head.method()).isEqualTo("POST");
    assertThat(head.target()).isEqualTo("/path?query");
    assertThat(head.contentLength()).isEqualTo(7);
    List<String> found = new ArrayList<>();
    head.headers().forEach((name, value) -> found.add(name + "=" + value));
    assertThat(found).isEqualTo(expected);
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Property(tries = 1000)
  void a_head_of_random_octets_is_parsed_or_refused_but_never_breaks(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] octets =
        "GET /a HTTP/1.1\r\nHost: a\r\nX: yz\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    for (int i = random.nextInt(4); i >= 0; i--) {
      octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
    }
    int whole = new RequestHead().parse(octets, 0, octets.length);
    // Octet by octet nothing else is accepted; a refusal may take until the end of a line or head.
    HeadBuffer buffer = new HeadBuffer();
    RequestHead head = new RequestHead();
    int answer = Head.INCOMPLETE;
    for (int i = 0; i < octets.length && answer == Head.INCOMPLETE; i++) {
      answer = buffer.take(ByteBuffer.wrap(octets, i, 1), head, LIMIT);
    }
    if (whole == Head.REFUSED) {
      assertThat(answer).isNegative();
    } else {
      assertThat(answer).isEqualTo(Math.min(whole, 0));
    }
  }

  @Property(tries = 500)
  void a_chunked_body_means_the_same_in_pieces_as_in_one(@ForAll long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int chunks = random.nextInt(6); chunks > 0; chunks--) {
      byte[] chunk = new byte[1 + random.nextInt(300)];
      random.nextBytes(chunk);
      body.writeBytes(chunk);
      String extension = random.nextBoolean() ? "" : ";name=\"value\"";
      wire.writeBytes((Integer.toHexString(chunk.length) + extension + "\r\n").getBytes());
      wire.writeBytes(chunk);
      wire.writeBytes("\r\n".getBytes());
    }
    boolean trailer = random.nextBoolean();
    wire.writeBytes((trailer ? "0\r\nX-T: yes\r\n\r\n" : "0\r\n\r\n").getBytes());
    int length = wire.size();
    wire.writeBytes("behind".getBytes());
    byte[] octets = wire.toByteArray();
    BodyReader reader = new BodyReader();
    reader.chunked();
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    int at = 0;
    while (!reader.isDone()) {
      int count = Math.min(1 + random.nextInt(50), octets.length - at);
      ByteBuffer input = ByteBuffer.wrap(octets, at, count);
      for (int next = reader.next(input); next > 0; next = reader.next(input)) {
        byte[] part = new byte[next];
        input.get(part);
        reader.took(next);
        found.writeBytes(part);
      }
      at += count - input.remaining();
      assertThat(reader.isDone() || !input.hasRemaining()).isTrue();
    }
    assertThat(at).isEqualTo(length);
    assertThat(found.toByteArray()).isEqualTo(body.toByteArray());
    Headers trailers = reader.trailers();
    assertThat(trailers == null ? "none" : trailers.get("x-t")).isEqualTo(trailer ? "yes" : "none");
  }

  @Example
  void a_number_is_written_as_it_is_read() {
    for (long number : new long[] {0, 7, 10, 99, 100, 12345, Long.MAX_VALUE}) {
      HeadWriter writer = new HeadWriter();
      writer.put(number);
      assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.US_ASCII))
          .isEqualTo(Long.toString(number));
    }
    for (int size : new int[] {1, 15, 16, 255, 4096, Integer.MAX_VALUE}) {
      HeadWriter writer = new HeadWriter();
      writer.putChunkSize(size);
      assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.US_ASCII))
          .isEqualTo(Integer.toHexString(size) + "\r\n");
    }
  }
}
