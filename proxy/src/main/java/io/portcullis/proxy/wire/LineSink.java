package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;

/** Takes the header lines of a message, whatever the protocol that carries them. */
public interface LineSink {
  /** Line {@code i} as it is. */
  void put(Headers headers, int i);

  void put(FixedLine line);

  /**
   * A line.
   *
   * @param name in the spelling of HTTP/1.1
   */
  void put(String name, String value);
}
