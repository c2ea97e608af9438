package io.portcullis.proxy.http2;

/** What the peer said about itself (RFC 9113, section 6.5.2). */
public final class PeerSettings {
  private int initialWindow = Frame.DEFAULT_WINDOW;
  private int maxFrame = Frame.DEFAULT_MAX_SIZE;
  private int maxStreams = Frame.MAX_INT;
  private boolean tableResized;

  /** Takes note of a setting; those that matter to nobody here are passed over. */
  public void apply(int identifier, long value) throws ConnectionFault {
    switch (identifier) {
      case Frame.SETTINGS_HEADER_TABLE_SIZE -> tableResized = true;
      case Frame.SETTINGS_ENABLE_PUSH -> {
        if (value > 1) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH is neither 0 nor 1");
        }
      }
      case Frame.SETTINGS_MAX_CONCURRENT_STREAMS ->
          maxStreams = (int) Math.min(value, Frame.MAX_INT);
      case Frame.SETTINGS_INITIAL_WINDOW_SIZE -> {
        if (value > Frame.MAX_INT) {
          throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "too large an initial window");
        }
        initialWindow = (int) value;
      }
      case Frame.SETTINGS_MAX_FRAME_SIZE -> {
        if (value < Frame.DEFAULT_MAX_SIZE || value > 0xff_ffff) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "an impossible MAX_FRAME_SIZE");
        }
        maxFrame = (int) value;
      }
      default -> {}
    }
  }

  /** Window that a new stream towards the peer has. */
  public int initialWindow() {
    return initialWindow;
  }

  /** Octets of payload that the peer takes in a frame. */
  public int maxFrame() {
    return maxFrame;
  }

  /** Streams that may be open towards the peer. */
  public int maxStreams() {
    return maxStreams;
  }

  /** Whether the next header block has to begin with a table size; asking takes note of it. */
  public boolean takeTableResized() {
    boolean resized = tableResized;
    tableResized = false;
    return resized;
  }
}
