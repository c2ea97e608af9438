package io.portcullis.proxy.routing;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request into the one form that routes are compared with, and back into a
 * form that can be sent (Kong's rules): percent escapes are decoded unless they stand for a
 * reserved character, dot segments are resolved, repeated slashes merged.
 */
public final class PathNormaliser {
  /** Bit sets of the ASCII characters {@code ! # $ & ' ( ) * + , / : ; = ? @ [ ]} and percent. */
  private static final long RESERVED_LOW =
      bits('!', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '/', ':', ';', '=', '?');

  private static final long RESERVED_HIGH = bits('@', '[', ']');

  private static final long SENT_LOW = RESERVED_LOW | bits('-', '.') | range('0', '9');

  private static final long SENT_HIGH =
      RESERVED_HIGH | bits('_', '~') | range('A', 'Z') | range('a', 'z');

  private PathNormaliser() {}

  /**
   * The normal form of a path.
   *
   * @param raw the path as it stood on the request line, without query; one character for each byte
   * @return the same object when it is normal already; null when it must be refused with 400: it
   *     does not begin with a slash, leaves the root, holds a broken escape or a NUL. Bytes that
   *     are not UTF-8 stay escaped.
   */
  public static @Nullable String normalise(String raw) {
    int length = raw.length();
    if (length == 0 || raw.charAt(0) != '/') {
      return null;
    }
    char before = '/';
    for (int i = 1; i < length; i++) {
      char c = raw.charAt(i);
      if (c == '%' || c >= 0x80 || c == 0 || before == '/' && (c == '/' || c == '.')) {
        return rebuild(raw);
      }
      before = c;
    }
    return raw;
  }

  /**
   * The path as it goes to an upstream: what is neither reserved nor unreserved (RFC 3986) becomes
   * an escape.
   *
   * @param path a normal path; escapes in it stay
   * @return the same object when nothing needs an escape
   */
  public static String escape(String path) {
    int length = path.length();
    for (int i = 0; i < length; i++) {
      if (!sent(path.charAt(i))) {
        return escaped(path, i);
      }
    }
    return path;
  }

  private static @Nullable String rebuild(String raw) {
    byte[] path = new byte[raw.length()];
    int length = decode(raw, path);
    if (length < 0) {
      return null;
    }
    length = resolve(path, length);
    return length < 0 ? null : text(path, length);
  }

  /** Undoes escapes of unreserved characters; -1 when one is broken or stands for NUL. */
  private static int decode(String raw, byte[] out) {
    int at = 0;
    int length = raw.length();
    for (int i = 0; i < length; i++) {
      char c = raw.charAt(i);
      if (c == 0 || c > 0xff) {
        return -1;
      }
      if (c != '%') {
        out[at++] = (byte) c;
        continue;
      }
      if (i + 2 >= length) {
        return -1;
      }
      int high = hex(raw.charAt(i + 1));
      int low = hex(raw.charAt(i + 2));
      int value = high << 4 | low;
      if (high < 0 || low < 0 || value == 0) {
        return -1;
      }
      i += 2;
      if (reserved(value)) {
        out[at++] = '%';
        out[at++] = hexDigit(high);
        out[at++] = hexDigit(low);
      } else {
        out[at++] = (byte) value;
      }
    }
    return at;
  }

  /** Resolves dot segments and merges slashes in place; -1 when the path leaves the root. */
  private static int resolve(byte[] path, int length) {
    int out = 1;
    int start = 1;
    while (start < length) {
      int end = start;
      while (end < length && path[end] != '/') {
        end++;
      }
      int size = end - start;
      if (size == 2 && path[start] == '.' && path[start + 1] == '.') {
        if (out == 1) {
          return -1;
        }
        do {
          out--;
        } while (path[out - 1] != '/');
      } else if (size > 0 && !(size == 1 && path[start] == '.')) {
        System.arraycopy(path, start, path, out, size);
        out += size;
        if (end < length) {
          path[out++] = '/';
        }
      }
      start = end + 1;
    }
    return out;
  }

  private static String text(byte[] path, int length) {
    for (int i = 0; i < length; i++) {
      if (path[i] < 0) {
        return unicode(path, length);
      }
    }
    return new String(path, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static String unicode(byte[] path, int length) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(path, 0, length);
    CharBuffer out = CharBuffer.allocate(length * 3);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        byte alien = in.get();
        out.put('%').put((char) hexDigit(alien >> 4 & 0xf)).put((char) hexDigit(alien & 0xf));
      }
      decoder.reset();
    }
  }

  private static String escaped(String path, int from) {
    StringBuilder out = new StringBuilder(path.length() + 16).append(path, 0, from);
    byte[] rest = path.substring(from).getBytes(StandardCharsets.UTF_8);
    for (byte b : rest) {
      if (sent((char) (b & 0xff))) {
        out.append((char) b);
      } else {
        out.append('%').append((char) hexDigit(b >> 4 & 0xf)).append((char) hexDigit(b & 0xf));
      }
    }
    return out.toString();
  }

  private static boolean reserved(int c) {
    return c < 128 && (((c < 64 ? RESERVED_LOW : RESERVED_HIGH) >>> c) & 1) != 0;
  }

  private static boolean sent(char c) {
    return c < 128 && (((c < 64 ? SENT_LOW : SENT_HIGH) >>> c) & 1) != 0;
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static byte hexDigit(int value) {
    return (byte) (value < 10 ? '0' + value : 'A' + value - 10);
  }

  private static long bits(char... characters) {
    long bits = 0;
    for (char c : characters) {
      bits |= 1L << c;
    }
    return bits;
  }

  private static long range(char first, char last) {
    long bits = 0;
    for (char c = first; c <= last; c++) {
      bits |= 1L << c;
    }
    return bits;
  }
}
