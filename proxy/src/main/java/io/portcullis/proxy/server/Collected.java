package io.portcullis.proxy.server;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A body that somebody wants whole. */
final class Collected {
  private static final int FIRST = 4096;
  private final long limit;
  private byte[] bytes;
  private int length;

  /**
   * @param limit octets
   * @param expected octets, negative when not known
   */
  Collected(long limit, long expected) {
    this.limit = limit;
    this.bytes = new byte[(int) Math.clamp(expected, 0, Math.max(FIRST, Math.min(limit, 1 << 20)))];
  }

  /** Takes the data, unless it would be more than the limit. */
  boolean add(ByteBuffer data) {
    int count = data.remaining();
    if (length + (long) count > limit) {
      return false;
    }
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.max(FIRST, bytes.length * 2)));
    }
    data.get(bytes, length, count);
    length += count;
    return true;
  }

  int length() {
    return length;
  }

  /** What came so far, to be read. */
  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  byte[] bytes() {
    return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
  }
}
