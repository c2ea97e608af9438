package io.portcullis.proxy.http2;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes frames out of the octets of a connection and holds them to the rules that need no knowledge
 * of streams: sizes, stream zero or not, padding, and that nothing comes between the parts of a
 * header block. Payloads of DATA are handed on as they come; everything else is collected first.
 */
public final class FrameReader {
  private static final int MAX_CONTINUATIONS = 64;
  private static final int MOST_KEPT = 4096;
  private final Sink sink;
  private final int blockLimit;
  private final byte[] head = new byte[Frame.HEADER];
  private int headFill;
  private boolean inFrame;
  private int type;
  private int flags;
  private int stream;
  private int length;

  /** Octets of the payload still to come. */
  private int left;

  private byte[] payload = new byte[64];
  private int padding;
  private boolean paddingKnown;
  private boolean settingsSeen;

  /** Stream of the header block that goes on in CONTINUATION; 0 when none does. */
  private int blockStream;

  private boolean blockEndsStream;
  private int blockDependency;
  private byte[] block = {};
  private int blockLength;
  private int continuations;

  /**
   * @param blockLimit octets of a whole header block, compressed
   */
  public FrameReader(Sink sink, int blockLimit) {
    this.sink = sink;
    this.blockLimit = blockLimit;
  }

  /** Reads what is there, as long as the sink wants to. */
  public void read(ByteBuffer input) throws ConnectionFault {
    while (sink.isReading()) {
      if (!inFrame) {
        if (!readHead(input)) {
          return;
        }
        begin();
      }
      if (type == Frame.DATA) {
        if (!readData(input)) {
          return;
        }
      } else if (type > Frame.CONTINUATION) {
        int count = Math.min(left, input.remaining());
        input.position(input.position() + count);
        left -= count;
        if (left > 0) {
          return;
        }
        inFrame = false;
        sink.unknown();
      } else {
        int count = Math.min(left, input.remaining());
        input.get(payload, length - left, count);
        left -= count;
        if (left > 0) {
          return;
        }
        inFrame = false;
        complete();
      }
    }
  }

  /** Whether part of a frame other than DATA, or of a header block, is here. */
  public boolean isAmidHead() {
    return headFill > 0 || inFrame && type != Frame.DATA || blockStream != 0;
  }

  private boolean readHead(ByteBuffer input) {
    int count = Math.min(Frame.HEADER - headFill, input.remaining());
    input.get(head, headFill, count);
    headFill += count;
    if (headFill < Frame.HEADER) {
      return false;
    }
    headFill = 0;
    length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    type = head[3] & 0xff;
    flags = head[4] & 0xff;
    stream = number(head, 5) & Frame.MAX_INT;
    return true;
  }

  private void begin() throws ConnectionFault {
    if (!settingsSeen && (type != Frame.SETTINGS || has(Frame.ACK))) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "SETTINGS do not come first");
    }
    settingsSeen = true;
    if (length > Frame.DEFAULT_MAX_SIZE) {
      throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "a frame over the size limit");
    }
    if (blockStream != 0 && (type != Frame.CONTINUATION || stream != blockStream)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a frame within a header block");
    }
    boolean connection = stream == 0;
    switch (type) {
      case Frame.DATA, Frame.HEADERS, Frame.PRIORITY, Frame.RST_STREAM -> {
        if (connection) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a stream's frame on stream 0");
        }
      }
      case Frame.SETTINGS, Frame.PING, Frame.GOAWAY -> {
        if (!connection) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "the connection's frame on a stream");
        }
      }
      case Frame.PUSH_PROMISE ->
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE is not taken");
      case Frame.CONTINUATION -> {
        if (blockStream == 0) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION of nothing");
        }
      }
      default -> {}
    }
    checkSize();
    left = length;
    inFrame = true;
    if (type == Frame.DATA) {
      paddingKnown = !has(Frame.PADDED);
      padding = 0;
      if (length == 0 && !paddingKnown) {
        throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "padding without a length");
      }
      sink.dataBegins(stream, length);
    } else if (type <= Frame.CONTINUATION && length > payload.length) {
      payload = new byte[Math.max(length, 1024)];
    }
  }

  private void checkSize() throws ConnectionFault {
    boolean fits =
        switch (type) {
          case Frame.RST_STREAM, Frame.WINDOW_UPDATE -> length == 4;
          case Frame.PRIORITY -> length == 5;
          case Frame.PING -> length == 8;
          case Frame.GOAWAY -> length >= 8;
          case Frame.SETTINGS -> has(Frame.ACK) ? length == 0 : length % 6 == 0;
          default -> true;
        };
    if (!fits) {
      throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "a frame of the wrong size");
    }
  }

  private boolean readData(ByteBuffer input) throws ConnectionFault {
    if (!paddingKnown) {
      if (!input.hasRemaining()) {
        return false;
      }
      padding = input.get() & 0xff;
      paddingKnown = true;
      left--;
      if (padding > left) {
        throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "more padding than payload");
      }
      sink.dataPadding(padding + 1);
    }
    int count = Math.min(left - padding, input.remaining());
    if (count > 0) {
      int limit = input.limit();
      int end = input.position() + count;
      left -= count;
      sink.dataPart(input.limit(end));
      input.limit(limit).position(end);
    }
    if (left <= padding) {
      int rest = Math.min(left, input.remaining());
      input.position(input.position() + rest);
      padding -= rest;
      left -= rest;
    }
    if (left > 0) {
      return false;
    }
    inFrame = false;
    sink.dataEnds(has(Frame.END_STREAM));
    return true;
  }

  private void complete() throws ConnectionFault {
    switch (type) {
      case Frame.HEADERS -> headers();
      case Frame.CONTINUATION -> continuation();
      case Frame.PRIORITY -> sink.priority(stream, number(payload, 0) & Frame.MAX_INT);
      case Frame.RST_STREAM -> sink.reset(stream, number(payload, 0));
      case Frame.SETTINGS -> {
        if (has(Frame.ACK)) {
          sink.settingsAcknowledged();
        } else {
          for (int i = 0; i < length; i += 6) {
            sink.setting(
                (payload[i] & 0xff) << 8 | payload[i + 1] & 0xff,
                number(payload, i + 2) & 0xffff_ffffL);
          }
          sink.settingsEnd();
        }
      }
      case Frame.PING ->
          sink.ping(
              has(Frame.ACK), (long) number(payload, 0) << 32 | number(payload, 4) & 0xffff_ffffL);
      case Frame.GOAWAY -> sink.goAway(number(payload, 0) & Frame.MAX_INT, number(payload, 4));
      case Frame.WINDOW_UPDATE -> {
        int increment = number(payload, 0) & Frame.MAX_INT;
        if (increment > 0) {
          sink.windowUpdate(stream, increment);
        } else if (stream == 0) {
          throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
        } else {
          sink.streamFault(stream, ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
        }
      }
      default -> throw new IllegalStateException("frame type " + type);
    }
  }

  private void headers() throws ConnectionFault {
    int from = 0;
    int to = length;
    if (has(Frame.PADDED)) {
      if (length == 0) {
        throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "padding without a length");
      }
      to -= payload[0] & 0xff;
      from = 1;
    }
    int dependency = 0;
    if (has(Frame.WITH_PRIORITY)) {
      if (length < from + 5) {
        throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for a priority");
      }
      dependency = number(payload, from) & Frame.MAX_INT;
      from += 5;
    }
    if (from > to) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "more padding than payload");
    }
    if (has(Frame.END_HEADERS)) {
      sink.headers(stream, payload, from, to, has(Frame.END_STREAM), dependency);
      if (payload.length > MOST_KEPT) {
        payload = new byte[64];
      }
      return;
    }
    blockStream = stream;
    blockEndsStream = has(Frame.END_STREAM);
    blockDependency = dependency;
    blockLength = 0;
    continuations = 0;
    append(from, to);
  }

  private void continuation() throws ConnectionFault {
    append(0, length);
    if (has(Frame.END_HEADERS)) {
      int of = blockStream;
      blockStream = 0;
      byte[] whole = block;
      block = new byte[0];
      sink.headers(of, whole, 0, blockLength, blockEndsStream, blockDependency);
    } else if (++continuations > MAX_CONTINUATIONS) {
      throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too many CONTINUATION frames");
    }
  }

  private void append(int from, int to) throws ConnectionFault {
    int count = to - from;
    if (blockLength + count > blockLimit) {
      throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "a header block over the limit");
    }
    if (blockLength + count > block.length) {
      block = Arrays.copyOf(block, Math.max(blockLength + count, block.length * 2));
    }
    System.arraycopy(payload, from, block, blockLength, count);
    blockLength += count;
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }

  private static int number(byte[] b, int at) {
    return b[at] << 24 | (b[at + 1] & 0xff) << 16 | (b[at + 2] & 0xff) << 8 | b[at + 3] & 0xff;
  }

  /** Takes frames. Any method may stop the reading by what {@link #isReading} says next. */
  public interface Sink {
    /** Whether more frames are wanted. */
    boolean isReading();

    /**
     * A DATA frame begins.
     *
     * @param flow octets that count for flow control
     */
    void dataBegins(int stream, int flow) throws ConnectionFault;

    /** So many octets of the frame are padding. */
    void dataPadding(int octets);

    /** Octets of the frame's data, to be taken during the call. */
    void dataPart(ByteBuffer data) throws ConnectionFault;

    void dataEnds(boolean endStream) throws ConnectionFault;

    /**
     * A whole header block, still compressed.
     *
     * @param dependency stream on which this one says it depends; 0 for none
     */
    void headers(int stream, byte[] block, int from, int to, boolean endStream, int dependency)
        throws ConnectionFault;

    void priority(int stream, int dependency) throws ConnectionFault;

    void reset(int stream, int code) throws ConnectionFault;

    void setting(int identifier, long value) throws ConnectionFault;

    /** All settings of a frame were told. */
    void settingsEnd() throws ConnectionFault;

    void settingsAcknowledged();

    void ping(boolean acknowledgement, long opaque) throws ConnectionFault;

    void goAway(int lastStream, int code);

    /**
     * Room for more DATA.
     *
     * @param stream 0 for the connection
     */
    void windowUpdate(int stream, int increment) throws ConnectionFault;

    /** A frame broke a rule that concerns its stream alone. */
    void streamFault(int stream, int code, String complaint) throws ConnectionFault;

    /** A frame of a type that nobody knows. */
    void unknown() throws ConnectionFault;
  }
}
