package io.portcullis.proxy.http2;

import io.portcullis.core.plugin.Headers;
import java.util.Arrays;

/**
 * Gathers the lines of one header block as octets and makes {@link Headers} over a copy that holds
 * exactly them: before each line stand the lengths of its name (two octets) and value (three).
 */
final class FieldLines {
  private static final int LENGTHS = 5;
  private static final int MOST_KEPT = 64 * 1024;
  private byte[] octets = new byte[4096];
  private int length;

  void clear() {
    length = 0;
    if (octets.length > MOST_KEPT) {
      octets = new byte[4096];
    }
  }

  void add(byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    int nameLength = nameTo - nameFrom;
    int valueLength = valueTo - valueFrom;
    int needed = length + LENGTHS + nameLength + valueLength;
    if (needed > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(needed, octets.length * 2));
    }
    byte[] to = octets;
    int at = length;
    to[at] = (byte) (nameLength >> 8);
    to[at + 1] = (byte) nameLength;
    to[at + 2] = (byte) (valueLength >> 16);
    to[at + 3] = (byte) (valueLength >> 8);
    to[at + 4] = (byte) valueLength;
    at += LENGTHS;
    System.arraycopy(name, nameFrom, to, at, nameLength);
    System.arraycopy(value, valueFrom, to, at + nameLength, valueLength);
    length = needed;
  }

  /** The lines so far, in an array of their own, for {@link #read}. */
  byte[] copy() {
    return Arrays.copyOf(octets, length);
  }

  /** The lines of such a copy; it is kept. */
  static Headers read(byte[] lines) {
    Headers headers = Headers.over(lines);
    for (int at = 0; at < lines.length; ) {
      int nameLength = (lines[at] & 0xff) << 8 | lines[at + 1] & 0xff;
      int valueLength =
          (lines[at + 2] & 0xff) << 16 | (lines[at + 3] & 0xff) << 8 | lines[at + 4] & 0xff;
      int name = at + LENGTHS;
      int value = name + nameLength;
      int end = value + valueLength;
      int hash = 0;
      for (int i = name; i < value; i++) {
        hash = 31 * hash + lines[i];
      }
      headers.addSpan(name, value, value, end, hash);
      at = end;
    }
    return headers;
  }
}
