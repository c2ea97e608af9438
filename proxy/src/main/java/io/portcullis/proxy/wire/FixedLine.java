package io.portcullis.proxy.wire;

import java.util.Locale;

/** A header line that is the same for many messages, encoded once. */
public final class FixedLine {
  private final String name;
  private final String lowerName;
  private final String value;
  private final byte[] octets;

  private FixedLine(String name, String value) {
    this.name = name;
    this.lowerName = name.toLowerCase(Locale.ROOT);
    this.value = value;
    this.octets = Octets.latin1(name + ": " + value + "\r\n");
  }

  /**
   * A line.
   *
   * @param name in the spelling of HTTP/1.1
   */
  public static FixedLine of(String name, String value) {
    return new FixedLine(name, value);
  }

  public String name() {
    return name;
  }

  /** The name as HTTP/2 spells it. */
  public String lowerName() {
    return lowerName;
  }

  public String value() {
    return value;
  }

  byte[] octets() {
    return octets;
  }
}
