package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import java.util.Arrays;

/** Puts the head of a message together in one array, which is used again for the next. */
public final class HeadWriter implements LineSink {
  private static final int INITIAL = 8 * 1024;
  private static final byte[] HEX = Octets.latin1("0123456789abcdef");
  private byte[] bytes = new byte[INITIAL];
  private int length;

  /** Begins a head. */
  public void reset() {
    length = 0;
    if (bytes.length > 16 * INITIAL) {
      bytes = new byte[INITIAL];
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /** Octets so far. */
  public int length() {
    return length;
  }

  public HeadWriter put(byte[] octets) {
    ensure(octets.length);
    System.arraycopy(octets, 0, bytes, length, octets.length);
    length += octets.length;
    return this;
  }

  public HeadWriter put(byte[] octets, int from, int to) {
    int count = to - from;
    ensure(count);
    System.arraycopy(octets, from, bytes, length, count);
    length += count;
    return this;
  }

  /** Characters beyond ISO-8859-1 lose their upper byte. */
  @SuppressWarnings("deprecation") // the one copy from String that makes no intermediate array
  public HeadWriter put(String text) {
    int count = text.length();
    ensure(count);
    text.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  public HeadWriter put(char octet) {
    ensure(1);
    bytes[length++] = (byte) octet;
    return this;
  }

  public HeadWriter endLine() {
    ensure(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  /** A number of at least 0, in decimal. */
  public HeadWriter put(long number) {
    ensure(20);
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /** The size line of a chunk. */
  public HeadWriter putChunkSize(int size) {
    ensure(10);
    boolean leading = true;
    for (int shift = 28; shift >= 0; shift -= 4) {
      int digit = size >>> shift & 15;
      if (digit != 0 || !leading || shift == 0) {
        leading = false;
        bytes[length++] = HEX[digit];
      }
    }
    return endLine();
  }

  @Override
  public void put(Headers headers, int i) {
    ensure(headers.lineLength(i));
    length = headers.writeLine(i, bytes, length);
  }

  @Override
  public void put(FixedLine line) {
    put(line.octets());
  }

  @Override
  public void put(String name, String value) {
    put(name).put(": ").put(value).endLine();
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
