package io.portcullis.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameCursorTest {
  @Property(tries = 300)
  void knows_each_end_of_a_frame_however_the_octets_are_cut(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 70_000) Integer> lengths,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 40_000) Integer> cuts,
      @ForAll boolean masked) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    for (int length : lengths) {
      all.writeBytes(frame(length, masked));
      ends.add(all.size());
    }
    byte[] octets = all.toByteArray();
    FrameCursor cursor = new FrameCursor();
    int at = 0;
    for (int i = 0; at < octets.length; i++) {
      int end = Math.min(at + cuts.get(i % cuts.size()), octets.length);
      cursor.pass(ByteBuffer.wrap(octets, at, end - at));
      at = end;
      assertThat(cursor.isBetweenFrames()).isEqualTo(ends.contains(at));
    }
  }

  @Test
  void tells_how_much_still_belongs_to_the_frame_that_has_begun() {
    FrameCursor cursor = new FrameCursor();
    byte[] first = frame(200, false);
    cursor.pass(ByteBuffer.wrap(first, 0, 3));
    ByteBuffer rest = ByteBuffer.allocate(first.length);
    rest.put(first, 3, first.length - 3).put(frame(1, false)).flip();
    assertThat(cursor.toEndOfFrame(rest)).isEqualTo(first.length - 3);
    assertThat(cursor.isBetweenFrames()).isTrue();
    assertThat(cursor.toEndOfFrame(rest)).isZero();
    assertThat(rest.position()).isZero();
  }

  @Test
  void stops_before_the_frame_that_makes_a_message_too_long() {
    ByteBuffer all = ByteBuffer.allocate(2_000);
    all.put(fragment(0x01, 60)).put(fragment(0x89, 100)).put(fragment(0x80, 40));
    int whole = all.position();
    all.put(fragment(0x02, 60)).put(fragment(0x00, 40));
    int begun = all.position();
    all.put(fragment(0x80, 1)).flip();
    FrameCursor cursor = new FrameCursor();
    assertThat(cursor.pass(all.duplicate(), 100)).isEqualTo(begun);
    cursor = new FrameCursor();
    assertThat(cursor.pass(all.duplicate().limit(whole), 100)).isEqualTo(whole);
    // One octet of its head has passed already.
    cursor = new FrameCursor();
    assertThat(cursor.pass(all.duplicate().limit(begun + 1), 100)).isEqualTo(begun + 1);
    assertThat(cursor.pass(all.duplicate().position(begun + 1), 100))
        .isEqualTo(FrameCursor.TOO_LATE);
  }

  @Test
  void takes_an_impossible_length_for_a_message_that_is_too_long() {
    byte[] head = {(byte) 0x82, 127, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0};
    assertThat(new FrameCursor().pass(ByteBuffer.wrap(head), Long.MAX_VALUE - 1)).isZero();
  }

  private static byte[] fragment(int first, int length) {
    byte[] octets = frame(length, false);
    octets[0] = (byte) first;
    return octets;
  }

  private static byte[] frame(int length, boolean masked) {
    ByteBuffer frame = ByteBuffer.allocate(length + 14);
    int mask = masked ? 0x80 : 0;
    frame.put((byte) 0x82);
    if (length < 126) {
      frame.put((byte) (mask | length));
    } else if (length < 65_536) {
      frame.put((byte) (mask | 126)).putShort((short) length);
    } else {
      frame.put((byte) (mask | 127)).putLong(length);
    }
    frame.put(new byte[masked ? length + 4 : length]);
    byte[] octets = new byte[frame.position()];
    frame.get(0, octets);
    return octets;
  }
}
