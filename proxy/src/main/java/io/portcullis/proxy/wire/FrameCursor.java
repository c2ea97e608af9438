package io.portcullis.proxy.wire;

import java.nio.ByteBuffer;

/**
 * Follows WebSocket frames (RFC 6455, 5.2) that pass, only to know where one ends: there, and
 * nowhere else, a frame of our own fits.
 */
public final class FrameCursor {
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int SHORT = 126;
  private static final int LONG = 127;
  private static final int MASK_OCTETS = 4;

  /** Octets of the head that have come; 0 between frames. */
  private int headOctets;

  private int headLength;
  private int lengthOctets;
  private long length;
  private long left;

  /** Whether whole frames have passed and nothing else. */
  public boolean isBetweenFrames() {
    return headOctets == 0 && left == 0;
  }

  /** Takes note of octets; the buffer stays as it is. */
  public void pass(ByteBuffer data) {
    int at = data.position();
    int end = data.limit();
    while (at < end) {
      if (left > 0) {
        int skipped = (int) Math.min(left, end - at);
        left -= skipped;
        at += skipped;
      } else {
        head(data.get(at++) & 0xff);
      }
    }
  }

  /**
   * Octets from the position up to the end of the frame that has begun, at most all; 0 between
   * frames.
   */
  public int toEndOfFrame(ByteBuffer data) {
    int at = data.position();
    while (at < data.limit() && !isBetweenFrames()) {
      if (left > 0) {
        int skipped = (int) Math.min(left, data.limit() - at);
        left -= skipped;
        at += skipped;
      } else {
        head(data.get(at++) & 0xff);
      }
    }
    return at - data.position();
  }

  private void head(int octet) {
    headOctets++;
    if (headOctets == 1) {
      headLength = 2;
      length = 0;
      return;
    }
    if (headOctets == 2) {
      int told = octet & LENGTH;
      lengthOctets = told == SHORT ? 2 : told == LONG ? 8 : 0;
      length = lengthOctets == 0 ? told : 0;
      headLength = 2 + lengthOctets + ((octet & MASKED) == 0 ? 0 : MASK_OCTETS);
    } else if (headOctets <= 2 + lengthOctets) {
      length = length << 8 | octet;
    }
    if (headOctets == headLength) {
      headOctets = 0;
      left = Math.max(length, 0);
    }
  }
}
