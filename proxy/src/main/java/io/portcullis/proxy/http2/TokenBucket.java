package io.portcullis.proxy.http2;

/**
 * How often a peer may do what costs us something and gains it nothing: so many times at once, then
 * so many a second. What it holds off are floods; nobody who means well comes near it.
 */
public final class TokenBucket {
  private final int capacity;
  private final int perSecond;
  private double tokens;
  private long nanos;

  public TokenBucket(int capacity, int perSecond, long nanoTime) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.tokens = capacity;
    this.nanos = nanoTime;
  }

  /** Takes a token; false when there is none. */
  public boolean take(long nanoTime) {
    tokens = Math.min(capacity, tokens + (nanoTime - nanos) * 1e-9 * perSecond);
    nanos = nanoTime;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /**
   * Takes a token.
   *
   * @throws ConnectionFault ENHANCE_YOUR_CALM when there is none: the peer does too much of it
   */
  public void spend(long nanoTime, String complaint) throws ConnectionFault {
    if (!take(nanoTime)) {
      throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, complaint);
    }
  }

  /** Gives a token back: the peer did something useful meanwhile. */
  public void earn() {
    tokens = Math.min(capacity, tokens + 1);
  }
}
