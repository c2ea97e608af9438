package io.portcullis.plugins.basicauth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a header with scheme {@code Basic} holds.
 *
 * @param password in octets; the array belongs to this
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NameAndPassword(String name, byte[] password) {
  private static final int SCHEME_LENGTH = "basic".length();

  /** Null for another scheme, for what is not base64, and without a name before a colon. */
  static @Nullable NameAndPassword of(String header) {
    int at = afterSpaces(header, 0);
    boolean basic =
        (header.startsWith("B", at) || header.startsWith("b", at))
            && header.startsWith("asic", at + 1);
    int start = basic ? afterSpaces(header, at + SCHEME_LENGTH) : 0;
    if (!basic || start == at + SCHEME_LENGTH || start == header.length()) {
      return null;
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(header.substring(start).stripTrailing());
    } catch (IllegalArgumentException broken) {
      return null;
    }
    int colon = 0;
    while (colon < decoded.length && decoded[colon] != ':') {
      colon++;
    }
    return colon == 0 || colon == decoded.length
        ? null
        : new NameAndPassword(
            new String(decoded, 0, colon, StandardCharsets.UTF_8),
            Arrays.copyOfRange(decoded, colon + 1, decoded.length));
  }

  private static int afterSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  /** Without the password, which must not end up in a log. */
  @Override
  public String toString() {
    return name;
  }
}
