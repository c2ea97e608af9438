package io.portcullis.proxy.http2;

/**
 * What a peer may send on all streams of a connection together (RFC 9113, section 5.2). It is given
 * back as soon as it is taken: the windows of the streams bound what is kept. Belongs to the
 * connection's I/O thread.
 */
public final class ReceiveWindow {
  private final int size;
  private int left;
  private int credit;

  /**
   * @param size octets, more than what a connection begins with
   */
  public ReceiveWindow(int size) {
    this.size = size;
    this.left = size;
  }

  /** Tells the peer, before anything else is said of windows. */
  public void open(FrameWriter writer) {
    writer.windowUpdate(0, size - Frame.DEFAULT_WINDOW);
  }

  /** The peer has sent that many octets of DATA, padding included. */
  public void take(int octets) throws ConnectionFault {
    left -= octets;
    if (left < 0) {
      throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the connection may");
    }
    credit += octets;
  }

  /** Gives back what was taken, when that is worth a frame. */
  public void renew(FrameWriter writer) {
    if (credit >= size / 2) {
      writer.windowUpdate(0, credit);
      left += credit;
      credit = 0;
    }
  }
}
