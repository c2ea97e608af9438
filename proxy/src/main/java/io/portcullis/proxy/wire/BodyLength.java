package io.portcullis.proxy.wire;

/** Special values of a body's length; any other is a number of octets. */
public final class BodyLength {
  /** A body whose end shows only when it comes. */
  public static final long UNKNOWN = -1;

  /** No body and no word about one. */
  public static final long NONE = -2;

  /** No body, but the wish to go on with octets in both directions: a WebSocket's handshake. */
  public static final long TUNNEL = -3;

  private BodyLength() {}
}
