package io.portcullis.proxy.server;

import io.portcullis.proxy.wire.FrameCursor;
import io.portcullis.proxy.wire.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a WebSocket whose octets pass as they are: where a frame of the gateway's own fits,
 * and whether a message is longer than it may be.
 */
final class TunnelFrames {
  /** Close frames with status 1001 and 1009 (RFC 6455, 7.4.1). */
  private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

  private static final byte[] TOO_BIG = {(byte) 0x88, 2, 0x03, (byte) 0xf1};

  private static final byte[] PING = {(byte) 0x89, 0};

  private enum Farewell {
    NOT_YET,
    DUE,
    SAID
  }

  private final Transport client;
  private final long limit;

  /** Where the frames stand that go to the client. */
  private final FrameCursor outgoing = new FrameCursor();

  /** The same for those that come from it, if messages may be too long. */
  private final @Nullable FrameCursor incoming;

  private Farewell farewell = Farewell.NOT_YET;
  private boolean over;

  /**
   * @param limit octets of a message; 0 for no limit
   */
  TunnelFrames(Transport client, long limit) {
    this.client = client;
    this.limit = limit;
    this.incoming = limit > 0 ? new FrameCursor() : null;
  }

  /**
   * Sends what the target says, as far as anything may follow what was sent; takes it completely.
   *
   * @return whether the socket may go on; if not it was told so, where that was possible
   */
  boolean send(ByteBuffer data) {
    int end = data.limit();
    boolean mayGoOn = true;
    switch (farewell) {
      case NOT_YET -> {
        int whole = data.remaining();
        if (limit == 0) {
          outgoing.pass(data);
        } else {
          whole = outgoing.pass(data, limit);
          mayGoOn = whole == data.remaining();
          data.limit(data.position() + Math.max(whole, 0));
        }
        client.send(data);
        if (!mayGoOn) {
          refuse(whole != FrameCursor.TOO_LATE);
        }
      }
      case DUE -> {
        data.limit(data.position() + outgoing.toEndOfFrame(data));
        client.send(data);
        goAway();
      }
      case SAID -> {}
    }
    data.limit(end).position(end);
    return mayGoOn;
  }

  /**
   * Takes note of what the client says; the buffer stays as it is.
   *
   * @return as {@link #send}
   */
  boolean heard(ByteBuffer data) {
    FrameCursor cursor = incoming;
    if (cursor == null || cursor.pass(data, limit) == data.remaining()) {
      return true;
    }
    refuse(outgoing.isBetweenFrames());
    return false;
  }

  /** Pings the client, unless a frame is on its way: then the target says enough. */
  void ping() {
    if (farewell == Farewell.NOT_YET && outgoing.isBetweenFrames()) {
      client.stage(PING, 0, PING.length);
      client.flush();
    }
  }

  /** Tells the client, as soon as a frame fits, that the gateway goes away; it may answer. */
  void goAway() {
    if (farewell == Farewell.SAID) {
      return;
    }
    farewell = Farewell.DUE;
    if (outgoing.isBetweenFrames()) {
      say(GOING_AWAY);
    }
  }

  /** Whether the client was told that it is over, so that nothing more is to be waited for. */
  boolean isOver() {
    return over;
  }

  private void refuse(boolean between) {
    if (between && farewell != Farewell.SAID) {
      over = true;
      say(TOO_BIG);
    }
  }

  private void say(byte[] frame) {
    farewell = Farewell.SAID;
    client.stage(frame, 0, frame.length);
    client.flush();
  }
}
