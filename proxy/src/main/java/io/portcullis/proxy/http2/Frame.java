package io.portcullis.proxy.http2;

import io.portcullis.proxy.wire.Octets;

/** Numbers of the frame layer (RFC 9113, sections 4 and 6). */
public final class Frame {
  /** What a client says first (section 3.4). */
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** Octets before a payload. */
  public static final int HEADER = 9;

  /** The largest payload that everybody takes. */
  public static final int DEFAULT_MAX_SIZE = 16_384;

  /** Windows before anybody said otherwise. */
  public static final int DEFAULT_WINDOW = 65_535;

  /** The highest stream identifier and the largest window. */
  public static final int MAX_INT = 0x7fff_ffff;

  public static final int SETTINGS_HEADER_TABLE_SIZE = 1;
  public static final int SETTINGS_ENABLE_PUSH = 2;
  public static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
  public static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
  public static final int SETTINGS_MAX_FRAME_SIZE = 5;
  public static final int SETTINGS_MAX_HEADER_LIST_SIZE = 6;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int WITH_PRIORITY = 32;

  private Frame() {}

  /** The preface as octets; a new array. */
  public static byte[] preface() {
    return Octets.latin1(PREFACE);
  }
}
