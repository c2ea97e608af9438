package io.portcullis.plugins.composition;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what configurations write for a host: {@code api:8080}, {@code https://api/}. */
final class HostText {
  private static final Pattern HOST =
      Pattern.compile("(?:(https?)://)?([A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?(/.*)?");

  private HostText() {}

  /** Why it is no host, or null. */
  static @Nullable String refusal(String host) {
    return HOST.matcher(host).matches() ? null : "invalid host: " + host;
  }

  /** What a path is put after. */
  static String base(String host, BackendConfig config) {
    Matcher matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("invalid host: " + host);
    }
    String scheme = matcher.group(1) == null ? config.sdScheme() : matcher.group(1);
    String port = matcher.group(3) == null ? "" : matcher.group(3);
    String path = matcher.group(4);
    boolean keepsPath = config.disableHostSanitize() && path != null;
    return scheme + "://" + matcher.group(2) + port + (keepsPath ? path.replaceAll("/+$", "") : "");
  }
}
