package io.portcullis.plugins.hmacauth;

import io.portcullis.core.plugin.HeaderText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a header with scheme {@code hmac} holds: {@code hmac username="u", algorithm="hmac-sha256",
 * headers="date @request-target", signature="b64"}, in that order.
 *
 * @param covered what the signature covers, in its order
 * @param signature in base64
 */
record SignatureHeader(String username, String algorithm, List<String> covered, String signature) {
  private static final int SCHEME_LENGTH = "hmac".length();

  /** Null for another scheme, and when a member is missing or empty. */
  static @Nullable SignatureHeader of(String header) {
    int at = afterSpaces(header, 0);
    boolean hmac =
        (header.startsWith("H", at) || header.startsWith("h", at))
            && header.startsWith("mac", at + 1);
    if (!hmac) {
      return null;
    }
    Members members = new Members(header, at + SCHEME_LENGTH);
    String username = members.next("username");
    String algorithm = members.next("algorithm");
    String covered = members.next("headers");
    String signature = members.next("signature");
    return username == null || algorithm == null || covered == null || signature == null
        ? null
        : new SignatureHeader(HeaderText.utf8(username), algorithm, divided(covered), signature);
  }

  private static List<String> divided(String names) {
    List<String> divided = new ArrayList<>();
    int at = 0;
    for (int space = names.indexOf(' '); space >= 0; space = names.indexOf(' ', at)) {
      divided.add(names.substring(at, space));
      at = space + 1;
    }
    divided.add(names.substring(at));
    return divided;
  }

  private static int afterSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  /** Walks over {@code name="value"} with commas between. */
  private static final class Members {
    private final String text;
    private int at;

    Members(String text, int at) {
      this.text = text;
      this.at = at;
    }

    /** The next member's value if it has that name, else null. */
    @Nullable String next(String name) {
      if (at < 0) {
        return null;
      }
      at = afterSpaces(text, at);
      if (text.startsWith(",", at)) {
        at = afterSpaces(text, at + 1);
      }
      String opening = name + "=\"";
      int start = at + opening.length();
      int end = text.startsWith(opening, at) ? text.indexOf('"', start) : -1;
      at = end < 0 ? -1 : end + 1;
      return end <= start ? null : text.substring(start, end);
    }
  }
}
