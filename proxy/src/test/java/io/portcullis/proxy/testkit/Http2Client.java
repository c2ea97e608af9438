package io.portcullis.proxy.testkit;

import io.portcullis.proxy.http2.ConnectionFault;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.HpackDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends exactly the frames it is told and reads what comes. */
public final class Http2Client implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;

  private static final int PATIENCE_MILLIS = 10_000;
  private final Socket socket;
  private final DataInputStream in;
  private final HpackDecoder decoder = new HpackDecoder(new HpackDecoder.Scratch());
  private final Map<Integer, Answer> answers = new HashMap<>();
  private int goAway = -1;

  private Http2Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in =
        new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024));
  }

  /** Connects to a cleartext port and says what a client says first. */
  public static Http2Client connect(int port) {
    return connectBare(port).greet();
  }

  /** Connects and says nothing. */
  public static Http2Client connectBare(int port) {
    try {
      return new Http2Client(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Connects with a small receive buffer, for readers that are slow on purpose. */
  public static Http2Client connectWithReceiveBuffer(int port, int octets) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(octets);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Http2Client(socket);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Over a socket that is connected already, a TLS one for example; says nothing. */
  public static Http2Client over(Socket connected) {
    try {
      return new Http2Client(connected);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Preface and settings. */
  public Http2Client greet(int... settings) {
    return raw(Frame.preface()).settings(settings);
  }

  /** Octets as they are. */
  public Http2Client raw(byte[] octets) {
    try {
      socket.getOutputStream().write(octets);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** A frame as octets. */
  public static byte[] encode(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Sends a frame. */
  public Http2Client frame(int type, int flags, int stream, byte... payload) {
    return raw(encode(type, flags, stream, payload));
  }

  /** Sends settings: identifiers and values in turn. */
  public Http2Client settings(int... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return frame(SETTINGS, 0, 0, payload.array());
  }

  /** Sends a number as a frame of four octets. */
  public Http2Client number(int type, int stream, int value) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
  }

  /** Lines, names and values in turn, as a header block without any compression. */
  public static byte[] block(String... lines) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < lines.length; i += 2) {
      block.write(0);
      string(block, lines[i]);
      string(block, lines[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    if (octets.length < 127) {
      block.write(octets.length);
    } else {
      block.write(127);
      int rest = octets.length - 127;
      while (rest >= 128) {
        block.write(rest & 0x7f | 0x80);
        rest >>>= 7;
      }
      block.write(rest);
    }
    block.writeBytes(octets);
  }

  /** The four lines that begin a request. */
  public static String[] request(String method, String path, String... more) {
    List<String> lines =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "gw.test"));
    lines.addAll(List.of(more));
    return lines.toArray(String[]::new);
  }

  /** Sends header lines as one frame. */
  public Http2Client headers(int stream, boolean end, String... lines) {
    return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(lines));
  }

  /** Sends a request without a body. */
  public Http2Client get(int stream, String path, String... more) {
    return headers(stream, true, request("GET", path, more));
  }

  /** Sends the head of a request whose body follows. */
  public Http2Client post(int stream, String path, String... more) {
    return headers(stream, false, request("POST", path, more));
  }

  public Http2Client data(int stream, boolean end, byte... octets) {
    return frame(DATA, end ? END_STREAM : 0, stream, octets);
  }

  public Http2Client data(int stream, boolean end, String text) {
    return data(stream, end, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * The next frame; null at the end of the stream. What it says of an answer is taken note of, and
   * settings are acknowledged.
   */
  public @Nullable Received read() {
    try {
      byte[] head = new byte[9];
      int first = in.read();
      if (first < 0) {
        return null;
      }
      head[0] = (byte) first;
      in.readFully(head, 1, 8);
      ByteBuffer fields = ByteBuffer.wrap(head);
      int typeAndLength = fields.getInt();
      int flags = fields.get() & 0xff;
      int stream = fields.getInt();
      byte[] payload = new byte[typeAndLength >>> 8];
      in.readFully(payload);
      Received frame = new Received(typeAndLength & 0xff, flags, stream, payload);
      if (frame.type() == SETTINGS && (flags & ACK) == 0) {
        frame(SETTINGS, ACK, 0);
      }
      note(frame);
      return frame;
    } catch (SocketException | EOFException reset) {
      return null;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private void note(Received frame) {
    Answer answer = answers.computeIfAbsent(frame.stream(), _ -> new Answer());
    switch (frame.type()) {
      case HEADERS -> {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
          decoder.decode(
              frame.payload(),
              0,
              frame.payload().length,
              (name, nameFrom, nameTo, value, valueFrom, valueTo) ->
                  lines.merge(
                      text(name, nameFrom, nameTo),
                      text(value, valueFrom, valueTo),
                      (one, two) -> one + '\n' + two));
        } catch (ConnectionFault fault) {
          throw new IllegalStateException(fault);
        }
        answer.head(lines);
      }
      case DATA -> answer.body.writeBytes(frame.payload());
      case RST_STREAM -> answer.reset = frame.number(0);
      case GOAWAY -> goAway = frame.number(4);
      default -> {
        return;
      }
    }
    answer.ended |= frame.type() != RST_STREAM && (frame.flags() & END_STREAM) != 0;
  }

  private static String text(byte[] octets, int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The next frame of a type, whatever comes before it. */
  public Received await(int type) {
    for (Received frame = read(); frame != null; frame = read()) {
      if (frame.type() == type) {
        return frame;
      }
    }
    throw new AssertionError("the connection ended without a frame of type " + type);
  }

  /** The whole answer on a stream, whether it ended well or was reset. */
  public Answer answer(int stream) {
    Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
    while (!answer.ended && answer.reset < 0) {
      if (read() == null) {
        throw new AssertionError("the connection ended within the answer on stream " + stream);
      }
    }
    return answer;
  }

  /** What is known of the answer on a stream by now. */
  public Answer partOf(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /** The code with which the stream is reset. */
  public int awaitReset(int stream) {
    Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
    while (answer.reset < 0) {
      if (read() == null) {
        throw new AssertionError("the connection ended, stream " + stream + " was not reset");
      }
    }
    return answer.reset;
  }

  /** The code with which the peer ends the connection, which it then closes. */
  public int awaitEnd() {
    while (read() != null) {
      // Whatever it still says.
    }
    return goAway;
  }

  /** Reads for so long; whether the peer closed meanwhile. */
  public boolean isClosedWithin(int millis) {
    try {
      socket.setSoTimeout(millis);
      while (read() != null) {
        // Whatever it says.
      }
      return true;
    } catch (SocketException closed) {
      return true;
    } catch (UncheckedIOException silent) {
      return !(silent.getCause() instanceof SocketTimeoutException);
    }
  }

  /** The code of the last GOAWAY; -1 when there was none. */
  public int goAway() {
    return goAway;
  }

  /** Whether the peer closes within the patience. */
  public boolean isClosedByPeer() {
    try {
      while (read() != null) {
        // Whatever it still says.
      }
      return true;
    } catch (UncheckedIOException open) {
      return false;
    }
  }

  /** Closes with a reset. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** A frame as it came. */
  public record Received(int type, int flags, int stream, byte[] payload) {
    public boolean has(int flag) {
      return (flags & flag) != 0;
    }

    /** Four octets of the payload. */
    public int number(int at) {
      return ByteBuffer.wrap(payload).getInt(at);
    }

    /** The value of a setting; -1 when it is not there. */
    public int setting(int identifier) {
      for (ByteBuffer pairs = ByteBuffer.wrap(payload); pairs.hasRemaining(); ) {
        int known = pairs.getShort();
        int value = pairs.getInt();
        if (known == identifier) {
          return value;
        }
      }
      return -1;
    }
  }

  /** An answer as far as it came; values of repeated lines are joined by a line feed. */
  public static final class Answer {
    private final List<Map<String, String>> interim = new ArrayList<>();
    private Map<String, String> headers = Map.of();
    private Map<String, String> trailers = Map.of();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean ended;
    private int reset = -1;

    private void head(Map<String, String> lines) {
      if (!headers.isEmpty()) {
        trailers = lines;
      } else if (lines.getOrDefault(":status", "").startsWith("1")) {
        interim.add(lines);
      } else {
        headers = lines;
      }
    }

    /** 0 when there is none yet. */
    public int status() {
      return Integer.parseInt(headers.getOrDefault(":status", "0"));
    }

    public @Nullable String header(String name) {
      return headers.get(name);
    }

    public Map<String, String> headers() {
      return headers;
    }

    public Map<String, String> trailers() {
      return trailers;
    }

    public List<Map<String, String>> interim() {
      return interim;
    }

    public byte[] body() {
      return body.toByteArray();
    }

    public String text() {
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    public boolean isEnded() {
      return ended;
    }

    /** The code of RST_STREAM; -1 when there was none. */
    public int reset() {
      return reset;
    }
  }
}
