package io.portcullis.app.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One entry of a listen setting: {@code IP:port [ssl] [http2] [proxy_protocol]} and Kong's socket
 * options.
 *
 * @param host address without brackets
 */
public record ListenAddress(
    String host, int port, boolean ssl, boolean http2, boolean proxyProtocol) {
  private static final Set<String> SOCKET_OPTIONS = Set.of("reuseport", "deferred", "bind");
  private static final List<String> SOCKET_OPTION_PREFIXES =
      List.of("backlog=", "ipv6only=", "so_keepalive=");

  /** Reads a comma list; {@code off} is the empty list. */
  static List<ListenAddress> list(Setting setting, String value) throws SettingsException {
    if (value.equals("off") || value.isBlank()) {
      return List.of();
    }
    List<ListenAddress> addresses = new ArrayList<>();
    for (String entry : value.split(",", -1)) {
      addresses.add(one(setting, entry.strip()));
    }
    return List.copyOf(addresses);
  }

  /** Whether only this machine can reach it. */
  public boolean loopback() {
    return host.startsWith("127.") || host.equals("::1") || host.equals("localhost");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static ListenAddress one(Setting setting, String entry) throws SettingsException {
    String[] words = entry.split("\\s+", -1);
    int colon = words[0].lastIndexOf(':');
    if (colon < 1) {
      throw new SettingsException(setting.key() + ": expected IP:port, got '" + entry + "'");
    }
    String host = words[0].substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port;
    try {
      port = Integer.parseInt(words[0].substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 0 || port > 65_535) {
      throw new SettingsException(
          setting.key() + ": expected a port from 0 to 65535 in '" + entry + "'");
    }
    boolean ssl = false;
    boolean http2 = false;
    boolean proxyProtocol = false;
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      switch (word) {
        case "ssl" -> ssl = true;
        case "http2" -> http2 = true;
        case "proxy_protocol" -> proxyProtocol = true;
        default -> {
          if (!SOCKET_OPTIONS.contains(word)
              && SOCKET_OPTION_PREFIXES.stream().noneMatch(word::startsWith)) {
            throw new SettingsException(
                setting.key() + ": unknown flag '" + word + "' in '" + entry + "'");
          }
        }
      }
    }
    return new ListenAddress(host, port, ssl, http2, proxyProtocol);
  }
}
