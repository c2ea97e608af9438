package io.portcullis.proxy.wire;

/**
 * Why a target did not answer.
 *
 * @param kind what happened
 * @param sent whether any of the request may have reached the target
 * @param reused whether the connection had served an earlier request, so that its end may say
 *     nothing about the target
 * @param detail for the log
 * @param resetCode what the target's RST_STREAM said (RFC 9113, section 7); {@link #NOT_RESET} when
 *     it was something else
 */
public record UpstreamFailure(
    Kind kind, boolean sent, boolean reused, String detail, int resetCode) {
  /** No stream of the target's was reset. */
  public static final int NOT_RESET = -1;

  public UpstreamFailure(Kind kind, boolean sent, boolean reused, String detail) {
    this(kind, sent, reused, detail, NOT_RESET);
  }

  /** What can go wrong, and the status it means to a client. */
  public enum Kind {
    /** Refused, unreachable, or the handshake failed. */
    CONNECT(502),
    CONNECT_TIMEOUT(504),
    /** The connection broke before the answer's head was complete. */
    CLOSED(502),
    /** What came back is no HTTP, or HTTP that can be understood in two ways. */
    MALFORMED(502),
    WRITE_TIMEOUT(504),
    READ_TIMEOUT(504),
    /** The connection broke within the answer's body. */
    TRUNCATED(502);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  /** Whether it was the clock that decided. */
  public boolean isTimeout() {
    return kind.status() == 504;
  }
}
