package io.portcullis.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Frames are the same however their octets arrive. */
class FrameReaderPropertyTest {
  @Property(tries = 500)
  void reads_the_same_frames_from_any_pieces(@ForAll long seed) {
    Random random = new Random(seed);
    ByteBuffer octets = ByteBuffer.allocate(300_000);
    frame(octets, Frame.SETTINGS, 0, 0, 0, random);
    int frames = random.nextInt(30);
    for (int i = 0; i < frames && octets.remaining() > 20_000; i++) {
      int type = random.nextInt(12);
      int stream = type == 4 || type == 6 || type == 7 ? 0 : 1 + random.nextInt(9);
      int length =
          switch (type) {
            case 3, 8 -> 4;
            case 4 -> 6 * random.nextInt(4);
            case 2 -> 5;
            case 6 -> 8;
            case 7 -> 8 + random.nextInt(10);
            default -> random.nextInt(random.nextInt(10) == 0 ? 16_000 : 60);
          };
      int flags = type == 4 ? 0 : random.nextInt(256);
      frame(octets, type, flags, stream, length, random);
    }
    byte[] all = Arrays.copyOf(octets.array(), octets.position());
    List<String> whole = read(all, all.length, random);
    assertThat(read(all, 1, random)).isEqualTo(whole);
    assertThat(read(all, 0, random)).isEqualTo(whole);
  }

  private static void frame(
      ByteBuffer octets, int type, int flags, int stream, int length, Random random) {
    byte[] payload = new byte[length];
    random.nextBytes(payload);
    octets.putInt(length << 8 | type).put((byte) flags).putInt(stream).put(payload);
  }

  /** What a reader told; a step of 0 means pieces of random size. */
  private static List<String> read(byte[] all, int step, Random random) {
    Told told = new Told();
    FrameReader reader = new FrameReader(told, 128 * 1024);
    try {
      for (int at = 0; at < all.length; ) {
        int count = Math.min(all.length - at, step == 0 ? 1 + random.nextInt(5000) : step);
        reader.read(ByteBuffer.wrap(all, at, count).slice());
        at += count;
      }
    } catch (ConnectionFault fault) {
      told.add("fault " + fault.code() + ' ' + fault.getMessage());
    }
    return told.lines;
  }

  /** Writes down what it hears; the parts of a DATA frame as one. */
  private static final class Told implements FrameReader.Sink {
    private final List<String> lines = new ArrayList<>();
    private int data;

    private void add(String line) {
      lines.add(line);
    }

    @Override
    public boolean isReading() {
      return true;
    }

    @Override
    public void dataBegins(int stream, int flow) {
      add("data " + stream + ' ' + flow);
      data = 1;
    }

    @Override
    public void dataPadding(int octets) {
      add("padding " + octets);
    }

    @Override
    public void dataPart(ByteBuffer part) {
      while (part.hasRemaining()) {
        data = 31 * data + part.get();
      }
    }

    @Override
    public void dataEnds(boolean endStream) {
      add("data of " + data + ' ' + endStream);
    }

    @Override
    public void headers(
        int stream, byte[] block, int from, int to, boolean endStream, int dependency) {
      add(
          "headers "
              + stream
              + ' '
              + Arrays.hashCode(Arrays.copyOfRange(block, from, to))
              + ' '
              + endStream
              + ' '
              + dependency);
    }

    @Override
    public void priority(int stream, int dependency) {
      add("priority " + stream + ' ' + dependency);
    }

    @Override
    public void reset(int stream, int code) {
      add("reset " + stream + ' ' + code);
    }

    @Override
    public void setting(int identifier, long value) {
      add("setting " + identifier + ' ' + value);
    }

    @Override
    public void settingsEnd() {
      add("settings");
    }

    @Override
    public void settingsAcknowledged() {
      add("settings acknowledged");
    }

    @Override
    public void ping(boolean acknowledgement, long opaque) {
      add("ping " + acknowledgement + ' ' + opaque);
    }

    @Override
    public void goAway(int lastStream, int code) {
      add("goaway " + lastStream + ' ' + code);
    }

    @Override
    public void windowUpdate(int stream, int increment) {
      add("window " + stream + ' ' + increment);
    }

    @Override
    public void streamFault(int stream, int code, String complaint) {
      add("fault of " + stream + ' ' + code + ' ' + complaint);
    }

    @Override
    public void unknown() {
      add("unknown");
    }
  }
}
