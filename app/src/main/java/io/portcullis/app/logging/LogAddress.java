package io.portcullis.app.logging;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a receiver of log entries listens.
 *
 * @param tcp whether over TCP; else in datagrams
 */
public record LogAddress(boolean tcp, String host, int port) {
  private static final Pattern ADDRESS =
      Pattern.compile("(udp|tcp)://([^/:\\s]+|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})");

  /**
   * Reads {@code udp://host:port} or {@code tcp://host:port}.
   *
   * @throws IllegalArgumentException for another text
   */
  public static LogAddress of(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      throw new IllegalArgumentException(
          "expected udp://host:port or tcp://host:port, got '" + text + "'");
    }
    return new LogAddress(
        address.group(1).equals("tcp"), address.group(2), Integer.parseInt(address.group(3)));
  }

  @Override
  public String toString() {
    return (tcp ? "tcp://" : "udp://") + host + ":" + port;
  }
}
