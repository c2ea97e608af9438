package io.portcullis.proxy.wire;

import java.nio.charset.StandardCharsets;

/** Character classes of RFC 9110 and 9112, and text as octets. */
public final class Octets {
  /** Lower-cased octet of a field name; 0 for what may not stand in one (RFC 9110, 5.1). */
  static final byte[] NAME = new byte[256];

  /**
   * Token characters other than letters, digits, {@code -} and {@code _}: Kong ignores request
   * header lines whose names hold one.
   */
  static final boolean[] UNUSUAL = new boolean[256];

  /** What a request target may hold: everything visible; RFC 9112 leaves no room for a fragment. */
  static final boolean[] TARGET = new boolean[256];

  /** What Host may hold: reg-name, address literal and port. */
  static final boolean[] HOST = new boolean[256];

  static {
    for (int c = 'a'; c <= 'z'; c++) {
      NAME[c] = (byte) c;
      NAME[c - 32] = (byte) c;
      HOST[c] = true;
      HOST[c - 32] = true;
    }
    for (int c = '0'; c <= '9'; c++) {
      NAME[c] = (byte) c;
      HOST[c] = true;
    }
    for (char c : "!#$%&'*+.^`|~".toCharArray()) {
      NAME[c] = (byte) c;
      UNUSUAL[c] = true;
    }
    NAME['-'] = '-';
    NAME['_'] = '_';
    for (char c : "-._~!$&'()*+,;=%:[]".toCharArray()) {
      HOST[c] = true;
    }
    for (int c = 0x21; c < 256; c++) {
      TARGET[c] = c != 0x7f && c != '#';
    }
  }

  private Octets() {}

  /** The octet of a field name in lower case; 0 for what may not stand in one. */
  public static int lowerName(byte octet) {
    return NAME[octet & 0xff];
  }

  /** Whether Kong ignores request header lines whose names hold the octet. */
  public static boolean isUnusual(byte octet) {
    return UNUSUAL[octet & 0xff];
  }

  /** Whether a request target may hold the octet. */
  public static boolean isTarget(byte octet) {
    return TARGET[octet & 0xff];
  }

  /** Whether Host may hold the octet. */
  public static boolean isHost(byte octet) {
    return HOST[octet & 0xff];
  }

  /** Whether a text could stand in Host, and is not empty. */
  public static boolean isHost(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= HOST.length || !HOST[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Octets of a text that holds nothing beyond ISO-8859-1. */
  public static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The text of some octets. */
  public static String string(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Whether the octets are {@code lowerCase}, without regard to case. */
  public static boolean same(byte[] bytes, int from, int to, String lowerCase) {
    if (to - from != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      if (lower(bytes[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The octet in lower case when it is a letter of ASCII. */
  public static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet & 0xff;
  }
}
