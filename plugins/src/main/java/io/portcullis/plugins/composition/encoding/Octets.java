package io.portcullis.plugins.composition.encoding;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing UTF-8 text, in pieces once it is long: what is there is not copied before the end. One
 * thread.
 */
final class Octets {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int PIECE = 256 * 1024;

  /** Full ones before {@code bytes}. */
  private final List<byte[]> pieces = new ArrayList<>(0);

  private int before;
  private byte[] bytes;
  private int length;

  Octets(int capacity) {
    bytes = new byte[capacity];
  }

  void ascii(char c) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) c;
  }

  /** Text of ASCII alone. */
  @SuppressWarnings("deprecation") // the one copy without a detour over characters
  void ascii(String text) {
    int count = text.length();
    grow(count);
    text.getBytes(0, count, bytes, length);
    length += count;
  }

  /**
   * One character as UTF-8, or the pair that begins with it; a lone surrogate becomes U+FFFD.
   *
   * @return how many characters were taken
   */
  int utf8(String text, int at) {
    char c = text.charAt(at);
    if (c < 0x80) {
      ascii(c);
      return 1;
    }
    grow(4);
    if (c < 0x800) {
      bytes[length++] = (byte) (0xC0 | c >> 6);
      bytes[length++] = (byte) (0x80 | c & 0x3F);
      return 1;
    }
    if (Character.isHighSurrogate(c)
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1))) {
      int point = Character.toCodePoint(c, text.charAt(at + 1));
      bytes[length++] = (byte) (0xF0 | point >> 18);
      bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
      bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
      bytes[length++] = (byte) (0x80 | point & 0x3F);
      return 2;
    }
    char shown = Character.isSurrogate(c) ? REPLACEMENT : c;
    bytes[length++] = (byte) (0xE0 | shown >> 12);
    bytes[length++] = (byte) (0x80 | shown >> 6 & 0x3F);
    bytes[length++] = (byte) (0x80 | shown & 0x3F);
    return 1;
  }

  /** Any text as UTF-8. */
  void utf8(String text) {
    int i = 0;
    while (i < text.length()) {
      i += utf8(text, i);
    }
  }

  byte[] toBytes() {
    if (pieces.isEmpty()) {
      return Arrays.copyOf(bytes, length);
    }
    ByteBuffer whole = ByteBuffer.allocate(before + length);
    pieces.forEach(whole::put);
    return whole.put(bytes, 0, length).array();
  }

  private void grow(int more) {
    if (bytes.length - length >= more) {
      return;
    }
    if (length < PIECE) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    } else {
      pieces.add(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
      before += length;
      bytes = new byte[Math.max(PIECE, more)];
      length = 0;
    }
  }
}
