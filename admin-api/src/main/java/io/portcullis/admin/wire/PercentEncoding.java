package io.portcullis.admin.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoding as Kong does it: a broken escape stays as it is.
 *
 * <p>Bytes that are not UTF-8 become lone low surrogates (U+DC80 to U+DCFF, one per byte), so that
 * a later check can name them and no two different inputs become equal.
 */
public final class PercentEncoding {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String HEX = "0123456789ABCDEF";

  private PercentEncoding() {}

  /** Decodes a path segment; {@code +} stays {@code +}. */
  public static String decodeSegment(String encoded) {
    return decode(encoded, false);
  }

  /** Decodes a name or value of a query or form; {@code +} is a space. */
  public static String decodeArgument(String encoded) {
    return decode(encoded, true);
  }

  /** Encodes everything but RFC 3986's unreserved characters. */
  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      int value = octet & 0xFF;
      if (value < 0x80 && UNRESERVED.indexOf(value) >= 0) {
        encoded.append((char) value);
      } else {
        encoded.append('%').append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 0xF));
      }
    }
    return encoded.toString();
  }

  /** Whether text holds bytes that were no UTF-8, or any other lone surrogate. */
  public static boolean isWellFormed(String text) {
    return firstMalformed(text) < 0;
  }

  /**
   * One-based position of the first byte that is not UTF-8, counted in bytes; -1 when all is well.
   */
  public static int firstMalformed(String text) {
    int position = 1;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return position;
        }
        i++;
        position += 4;
      } else {
        position += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
      }
    }
    return -1;
  }

  /** Bytes as text of one unit each, the form in which request lines and forms are decoded. */
  static String octets(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /** UTF-8, or lone surrogates where it is not. */
  static String text(byte[] octets) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(octets))
          .toString();
    } catch (CharacterCodingException malformed) {
      return escaping(octets);
    }
  }

  private static String escaping(byte[] octets) {
    StringBuilder text = new StringBuilder(octets.length);
    ByteBuffer input = ByteBuffer.wrap(octets);
    CharBuffer output = CharBuffer.allocate(octets.length + 1);
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    while (true) {
      var result = decoder.decode(input, output, true);
      if (!result.isError()) {
        break;
      }
      for (int i = 0; i < result.length(); i++) {
        output.put((char) (0xDC00 + (input.get() & 0xFF)));
      }
      decoder.reset();
    }
    return text.append(output.flip()).toString();
  }

  private static String decode(String encoded, boolean plusIsSpace) {
    boolean plain = true;
    for (int i = 0; i < encoded.length() && plain; i++) {
      char unit = encoded.charAt(i);
      plain = unit != '%' && unit != '+' && unit < 0x80;
    }
    if (plain) {
      return encoded;
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char unit = encoded.charAt(i);
      if (unit == '%' && i + 2 < encoded.length() && hex(encoded, i + 1) >= 0) {
        octets.write(hex(encoded, i + 1));
        i += 2;
      } else if (unit == '+' && plusIsSpace) {
        octets.write(' ');
      } else if (unit < 0x100) {
        octets.write(unit); // the request line is read as ISO-8859-1: one unit per byte
      } else {
        octets.writeBytes(String.valueOf(unit).getBytes(StandardCharsets.UTF_8));
      }
    }
    return text(octets.toByteArray());
  }

  private static int hex(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
