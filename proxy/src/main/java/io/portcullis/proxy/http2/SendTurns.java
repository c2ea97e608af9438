package io.portcullis.proxy.http2;

import java.util.ArrayDeque;

/**
 * What a connection may send to its peer, and which of its streams is next: the window of all
 * streams together, those that wait for it, and those whose sources wait for the socket (RFC 9113,
 * section 5.2). Streams take turns of one frame. Belongs to the connection's I/O thread.
 */
public final class SendTurns {
  private final FrameWriter writer;
  private final ArrayDeque<Sender> waiting = new ArrayDeque<>(0);
  private final ArrayDeque<Sender> congested = new ArrayDeque<>(0);
  private long window = Frame.DEFAULT_WINDOW;
  private int initialBefore = Frame.DEFAULT_WINDOW;

  /** A stream that sends. */
  public interface Sender {
    /** Sends a frame of what waits, and joins the queue again for the rest. */
    void turn();

    /** The socket takes more. */
    void writable();

    /**
     * Changes the stream's own window; false when it would grow beyond what there is.
     *
     * @param more octets, negative where the peer takes some back
     */
    boolean widen(long more);
  }

  public SendTurns(FrameWriter writer) {
    this.writer = writer;
  }

  /** What the peer takes of all streams together, in octets. */
  public long window() {
    return window;
  }

  /** A frame with that many octets of a body was written. */
  public void spent(int octets) {
    window -= octets;
  }

  /** A stream waits for its turn. */
  public void join(Sender stream) {
    waiting.add(stream);
  }

  /** A stream wants to hear when the socket takes more. */
  public void toldOfCongestion(Sender stream) {
    congested.add(stream);
  }

  /** The peer takes more of all streams together. */
  public void widen(int increment) throws ConnectionFault {
    window += increment;
    if (window > Frame.MAX_INT) {
      throw overflow();
    }
    pump();
  }

  /** The peer's settings have changed: open streams have more, or less, to send (section 6.9.2). */
  public void adopt(PeerSettings settings, Iterable<? extends Sender> streams)
      throws ConnectionFault {
    long more = (long) settings.initialWindow() - initialBefore;
    initialBefore = settings.initialWindow();
    if (more != 0) {
      for (Sender stream : streams) {
        if (!stream.widen(more)) {
          throw overflow();
        }
      }
    }
  }

  /** Lets streams send in turn, as far as window and socket allow. */
  public void pump() {
    while (window > 0 && !writer.isCongested()) {
      Sender stream = waiting.poll();
      if (stream == null) {
        return;
      }
      stream.turn();
    }
  }

  /** The socket has taken all that was written. */
  public void drained() {
    pump();
    for (int i = congested.size(); i > 0 && !writer.isCongested(); i--) {
      Sender stream = congested.poll();
      if (stream != null) {
        stream.writable();
      }
    }
  }

  /** Forgets who waits; nothing will be sent any more. */
  public void close() {
    waiting.clear();
    congested.clear();
  }

  private static ConnectionFault overflow() {
    return new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window that overflows");
  }
}
