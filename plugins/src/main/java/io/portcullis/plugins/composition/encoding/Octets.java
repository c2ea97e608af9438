package io.portcullis.plugins.composition.encoding;

import java.util.Arrays;

/** A growing UTF-8 text. One thread. */
final class Octets {
  private static final char REPLACEMENT = '\uFFFD';

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
    return Arrays.copyOf(bytes, length);
  }

  private void grow(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
