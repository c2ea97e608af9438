package io.portcullis.proxy.http2;

import io.portcullis.proxy.wire.Octets;

/** What RFC 9113, section 8, says of field lines, of requests and of answers alike. */
final class FieldRules {
  private static final int MAX_LENGTH_DIGITS = 18;

  private FieldRules() {}

  /** Whether the field is about one connection and has no place in HTTP/2 (section 8.2.2). */
  static boolean isOfConnection(byte[] name, int from, int to) {
    return switch (to - from) {
      case 7 -> Octets.same(name, from, to, "upgrade");
      case 10 ->
          Octets.same(name, from, to, "connection") || Octets.same(name, from, to, "keep-alive");
      case 16 -> Octets.same(name, from, to, "proxy-connection");
      case 17 -> Octets.same(name, from, to, "transfer-encoding");
      default -> false;
    };
  }

  /** Whether a value has an octet that no value may have. */
  static boolean hasControl(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      int octet = value[i];
      if (octet < ' ' && octet >= 0 && octet != '\t' || octet == 0x7f) {
        return true;
      }
    }
    return false;
  }

  /** The number that a content-length is; -1 when it is none. */
  static long contentLength(byte[] value, int from, int to) {
    if (to == from || to - from > MAX_LENGTH_DIGITS) {
      return -1;
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      int digit = value[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      length = length * 10 + digit;
    }
    return length;
  }
}
