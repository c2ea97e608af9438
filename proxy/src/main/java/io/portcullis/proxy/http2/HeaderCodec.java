package io.portcullis.proxy.http2;

/**
 * What all connections of a thread share to work on header blocks, which they do one after the
 * other.
 */
public final class HeaderCodec {
  private final RequestBlock request = new RequestBlock();
  private final ResponseBlock response = new ResponseBlock();
  private final HpackEncoder encoder = new HpackEncoder();
  private final HpackDecoder.Scratch scratch = new HpackDecoder.Scratch();

  /** The block of a request that is being read. */
  public RequestBlock request() {
    return request;
  }

  /** The block of an answer that is being read. */
  public ResponseBlock response() {
    return response;
  }

  /** The block that is being written. */
  public HpackEncoder encoder() {
    return encoder;
  }

  /** A decoder for a new connection. */
  public HpackDecoder decoder() {
    return new HpackDecoder(scratch);
  }
}
