package io.portcullis.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses written as text. */
public final class LiteralAddress {
  private static final int PARTS = 4;

  private LiteralAddress() {}

  /**
   * The address, or null when the text is a name.
   *
   * @param text an IPv4 address in four decimal parts, or an IPv6 one with or without brackets
   */
  public static @Nullable InetAddress parse(String text) {
    try {
      if (text.indexOf(':') >= 0) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        // ofLiteral never asks a name server.
        return InetAddress.ofLiteral(bare);
      }
      byte[] four = four(text);
      return four == null ? null : InetAddress.getByAddress(four);
    } catch (IllegalArgumentException | UnknownHostException notLiteral) {
      return null;
    }
  }

  private static byte @Nullable [] four(String text) {
    byte[] address = new byte[PARTS];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.') {
        if (value < 0 || part == PARTS) {
          return null;
        }
        address[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9') {
        value = Math.max(value, 0) * 10 + c - '0';
        if (value > 255) {
          return null;
        }
      } else {
        return null;
      }
    }
    return part == PARTS ? address : null;
  }
}
