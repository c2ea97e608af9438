package io.portcullis.proxy.http2;

/** The peer broke a rule on which the whole connection stands (RFC 9113, section 5.4.1). */
public final class ConnectionFault extends Exception {
  private static final long serialVersionUID = 1;
  private final int code;

  /**
   * A fault without a stack trace: peers must not be able to make us collect them.
   *
   * @param code an {@link ErrorCode}
   */
  public ConnectionFault(int code, String complaint) {
    super(complaint, null, false, false);
    this.code = code;
  }

  /** What GOAWAY says. */
  public int code() {
    return code;
  }
}
