package io.portcullis.proxy.http2;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Octets of a body that wait for their turn, first in, first out. */
public final class OctetQueue {
  private static final byte[] NONE = {};
  private static final int SMALLEST = 1024;

  /** An emptied array up to this size is kept for the next body. */
  private static final int MOST_KEPT = 4096;

  private byte[] octets = NONE;
  private int from;
  private int to;

  public boolean isEmpty() {
    return from == to;
  }

  public int size() {
    return to - from;
  }

  /** Takes all of it. */
  public void add(ByteBuffer data) {
    int count = data.remaining();
    if (to + count > octets.length) {
      int size = to - from;
      int needed = size + count;
      if (needed > octets.length) {
        byte[] larger = new byte[Math.max(needed, Math.max(SMALLEST, size * 2))];
        System.arraycopy(octets, from, larger, 0, size);
        octets = larger;
      } else {
        System.arraycopy(octets, from, octets, 0, size);
      }
      from = 0;
      to = size;
    }
    data.get(octets, to, count);
    to += count;
  }

  /** What is there; {@link #skip} what was used of it. */
  public ByteBuffer view() {
    return ByteBuffer.wrap(octets, from, to - from);
  }

  /** Takes everything out. */
  public ByteBuffer takeAll() {
    ByteBuffer all = view();
    octets = NONE;
    from = 0;
    to = 0;
    return all;
  }

  /** Forgets the first octets. */
  public void skip(int count) {
    from += count;
    if (from == to) {
      clear();
    }
  }

  /** Forgets everything. */
  public void clear() {
    from = 0;
    to = 0;
    if (octets.length > MOST_KEPT) {
      octets = NONE;
    }
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOfRange(octets, from, to));
  }
}
