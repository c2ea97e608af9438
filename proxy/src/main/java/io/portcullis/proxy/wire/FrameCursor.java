package io.portcullis.proxy.wire;

import java.nio.ByteBuffer;

/**
 * Follows WebSocket frames (RFC 6455, 5.2) that pass, only to know where one ends: there, and
 * nowhere else, a frame of our own fits.
 */
public final class FrameCursor {
  private static final int OPCODE = 0x0f;
  private static final int CONTINUATION = 0;
  private static final int FIRST_CONTROL = 8;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int SHORT = 126;
  private static final int LONG = 127;
  private static final int MASK_OCTETS = 4;

  /** Octets of the head that have come; 0 between frames. */
  private int headOctets;

  /** What {@link #pass(ByteBuffer, long)} answers when it is too late to stop before the frame. */
  public static final int TOO_LATE = -1;

  private int headLength;
  private int lengthOctets;
  private long length;
  private long left;
  private boolean control;

  /** Octets of the message that the last frame belongs to, up to the end of that frame. */
  private long message;

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
   * Takes note of octets up to the first frame that makes a message longer than it may be.
   *
   * @return how many octets at the position come before that frame, all of them when there is none,
   *     {@link #TOO_LATE} when part of its head has passed before
   */
  public int pass(ByteBuffer data, long limit) {
    int at = data.position();
    int end = data.limit();
    int begun = TOO_LATE;
    while (at < end) {
      if (left > 0) {
        int skipped = (int) Math.min(left, end - at);
        left -= skipped;
        at += skipped;
        continue;
      }
      if (headOctets == 0) {
        begun = at - data.position();
      }
      head(data.get(at++) & 0xff);
      if (headOctets == 0 && message > limit) {
        return begun;
      }
    }
    return data.remaining();
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
      int opcode = octet & OPCODE;
      control = opcode >= FIRST_CONTROL;
      if (!control && opcode != CONTINUATION) {
        message = 0;
      }
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
      if (!control) {
        message += length;
        if (length < 0 || message < 0) {
          message = Long.MAX_VALUE;
        }
      }
    }
  }
}
