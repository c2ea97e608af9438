package io.portcullis.proxy.http2;

import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.Octets;
import io.portcullis.proxy.wire.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames together. They gather in a buffer of this connection until the events at hand are
 * dealt with, so that what many streams have to say leaves in one write.
 */
public final class FrameWriter {
  private final IoLoop loop;
  private final Transport transport;
  private final Runnable afterwards;
  private final Runnable turn = this::turn;
  private @Nullable ByteBuffer out;
  private boolean scheduled;

  /** Stream of the DATA frame that was put in line last, if it is the last of all; else 0. */
  private int lastData;

  /** Where in the buffer its head begins. */
  private int lastDataAt;

  /**
   * @param afterwards told after each write, when the transport may have become congested
   */
  public FrameWriter(Transport transport, Runnable afterwards) {
    this.loop = transport.loop();
    this.transport = transport;
    this.afterwards = afterwards;
  }

  /** Octets as they are: the client's preface. */
  public void raw(byte[] octets) {
    room(octets.length).put(octets);
  }

  /**
   * SETTINGS.
   *
   * @param pairs identifiers and values in turn
   */
  public void settings(int... pairs) {
    ByteBuffer buffer = begin(pairs.length * 3, Frame.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      buffer.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
  }

  public void acknowledgeSettings() {
    begin(0, Frame.SETTINGS, Frame.ACK, 0);
  }

  public void ping(boolean acknowledgement, long opaque) {
    begin(8, Frame.PING, acknowledgement ? Frame.ACK : 0, 0).putLong(opaque);
  }

  /**
   * GOAWAY.
   *
   * @param lastStream the last one that was or will be looked at
   * @param why a word for whoever debugs the peer; may be empty
   */
  public void goAway(int lastStream, int code, String why) {
    byte[] text = Octets.latin1(why);
    begin(8 + text.length, Frame.GOAWAY, 0, 0).putInt(lastStream).putInt(code).put(text);
  }

  public void reset(int stream, int code) {
    begin(4, Frame.RST_STREAM, 0, stream).putInt(code);
  }

  /**
   * WINDOW_UPDATE.
   *
   * @param stream 0 for the connection
   */
  public void windowUpdate(int stream, int increment) {
    begin(4, Frame.WINDOW_UPDATE, 0, stream).putInt(increment);
  }

  /**
   * A header block, in as many frames as it takes.
   *
   * @param maxFrame what the peer takes in a frame
   * @return octets of the frames
   */
  public int headers(int stream, byte[] block, int length, boolean endStream, int maxFrame) {
    int limit = Math.min(maxFrame, Frame.DEFAULT_MAX_SIZE);
    int part = Math.min(length, limit);
    int flags = endStream ? Frame.END_STREAM : 0;
    begin(part, Frame.HEADERS, part == length ? flags | Frame.END_HEADERS : flags, stream)
        .put(block, 0, part);
    int frames = 1;
    for (int at = part; at < length; at += part) {
      part = Math.min(length - at, limit);
      int ending = at + part == length ? Frame.END_HEADERS : 0;
      begin(part, Frame.CONTINUATION, ending, stream).put(block, at, part);
      frames++;
    }
    return frames * Frame.HEADER + length;
  }

  /**
   * DATA.
   *
   * @param count of octets to take from the source, at most {@link Frame#DEFAULT_MAX_SIZE}
   */
  public void data(int stream, ByteBuffer source, int count, boolean endStream) {
    ByteBuffer buffer = begin(count, Frame.DATA, endStream ? Frame.END_STREAM : 0, stream);
    lastData = stream;
    lastDataAt = buffer.position() - Frame.HEADER;
    buffer.put(buffer.position(), source, source.position(), count);
    buffer.position(buffer.position() + count);
    source.position(source.position() + count);
  }

  /**
   * Ends our direction of a stream: with its last DATA if that is still here, or with a new one.
   */
  public void endStream(int stream) {
    ByteBuffer gathered = out;
    if (gathered != null && lastData == stream) {
      gathered.put(lastDataAt + 4, (byte) Frame.END_STREAM);
    } else {
      begin(0, Frame.DATA, Frame.END_STREAM, stream);
    }
  }

  /** Whether the peer reads too slowly for more DATA. */
  public boolean isCongested() {
    return transport.isCongested();
  }

  /** Writes once the events at hand are dealt with. */
  public void flushSoon() {
    if (out != null && !scheduled) {
      scheduled = true;
      loop.execute(turn);
    }
  }

  /** Writes what gathered. */
  public void flush() {
    ByteBuffer gathered = out;
    if (gathered == null) {
      return;
    }
    out = null;
    lastData = 0;
    transport.send(gathered.flip());
    loop.giveBack(gathered);
    transport.flush();
    afterwards.run();
  }

  /** Forgets what gathered; the connection is closed. */
  public void close() {
    ByteBuffer gathered = out;
    if (gathered != null) {
      out = null;
      loop.giveBack(gathered);
    }
  }

  private void turn() {
    scheduled = false;
    loop.touch();
    flush();
  }

  private ByteBuffer begin(int length, int type, int flags, int stream) {
    return room(Frame.HEADER + length).putInt(length << 8 | type).put((byte) flags).putInt(stream);
  }

  private ByteBuffer room(int octets) {
    lastData = 0;
    ByteBuffer buffer = out;
    if (buffer == null) {
      buffer = loop.borrow();
      out = buffer;
    } else if (buffer.remaining() < octets) {
      transport.send(buffer.flip());
      buffer.clear();
    }
    return buffer;
  }
}
