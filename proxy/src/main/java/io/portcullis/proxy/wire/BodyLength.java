package io.portcullis.proxy.wire;

/** Special values of a body's length; any other is a number of octets. */
public final class BodyLength {
  /** A body whose end shows only when it comes. */
  public static final long UNKNOWN = -1;

  /** No body and no word about one. */
  public static final long NONE = -2;

  private BodyLength() {}
}
