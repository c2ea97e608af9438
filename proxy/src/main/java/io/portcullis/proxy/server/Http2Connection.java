package io.portcullis.proxy.server;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.proxy.http2.ConnectionFault;
import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.FrameReader;
import io.portcullis.proxy.http2.FrameWriter;
import io.portcullis.proxy.http2.HeaderCodec;
import io.portcullis.proxy.http2.HpackDecoder;
import io.portcullis.proxy.http2.HpackEncoder;
import io.portcullis.proxy.http2.PeerSettings;
import io.portcullis.proxy.http2.ReceiveWindow;
import io.portcullis.proxy.http2.RequestBlock;
import io.portcullis.proxy.http2.SendTurns;
import io.portcullis.proxy.http2.StreamTable;
import io.portcullis.proxy.http2.TokenBucket;
import io.portcullis.proxy.wire.ClientConnection;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection (RFC 9113): many requests at once. What streams send leaves together
 * when the events at hand are dealt with; what a client may keep us busy with is bounded.
 */
final class Http2Connection extends OpenConnection
    implements ClientConnection, Transport.Owner, FrameReader.Sink {
  /** Streams that a client may have open. */
  static final int MAX_STREAMS = 128;

  /** Exchanges that may be under way, those of streams the client gave up included. */
  private static final int MAX_EXCHANGES = 2 * MAX_STREAMS;

  private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
  private static final int RECEIVE_WINDOW = 1024 * 1024;

  /** Written octets that the client has not read, beyond which we read nothing of it either. */
  private static final int BACKLOG_LIMIT = 256 * 1024;

  private static final long LINGER_LIMIT = 1024 * 1024;
  private static final long DRAIN_PROBE = 0x6472_6169_6e00L;
  private static final int DRAIN_PROBE_MILLIS = 1000;

  private enum Phase {
    OPEN,
    /** Told to go away; what is left of its words is thrown away. */
    LINGER,
    CLOSED
  }

  private final IoLoop loop;
  private final NewConnection.Origin origin;
  private final ClientLimits limits;
  private final ClientStream.Handler handler;
  private final TrafficCounters.Cell counters;
  private final Transport transport;
  private final FrameReader reader;
  private final FrameWriter writer;
  private final SendTurns turns;
  private final ReceiveWindow received = new ReceiveWindow(RECEIVE_WINDOW);
  private final HpackDecoder decoder;
  private final HeaderCodec codec;
  private final PeerSettings peer = new PeerSettings();
  private final StreamTable<Http2Stream> streams = new StreamTable<>();
  private final Deadline inputDeadline = new InputDeadline();
  private final Deadline outputDeadline = new OutputDeadline();
  private final String peerText;
  private final TlsFacts tls;
  private @Nullable Object attachment;

  /** Frames that cost us something and are of no use, and streams that are given up. */
  private final TokenBucket idleFrames;

  private final TokenBucket resets;

  /** Streams that got something during this event. */
  private final ArrayDeque<Http2Stream> touched = new ArrayDeque<>(4);

  /** Streams to be used again: at once, and after this event. */
  private final ArrayList<Http2Stream> free = new ArrayList<>(4);

  private final ArrayList<Http2Stream> retired = new ArrayList<>(4);

  private Phase phase = Phase.OPEN;
  private boolean processing;
  private boolean headWatched;

  /** A request came during this event. */
  private boolean asked;

  private long idleSince;
  private boolean draining;
  private boolean goAwaySent;
  private int lastStream;
  private int exchanges;

  /** Stream of the DATA frame that is being read; null when it is thrown away. */
  private @Nullable Http2Stream data;

  private boolean dataHasContent;
  private long lingered;
  private long progress;

  Http2Connection(NewConnection.Origin origin, Transport transport) {
    this.origin = origin;
    this.loop = transport.loop();
    this.limits = origin.limits();
    this.handler = origin.handler();
    this.counters = origin.counters();
    this.codec = origin.codec();
    this.transport = transport;
    this.reader = new FrameReader(this, Math.max(4 * limits.headSize(), 128 * 1024));
    this.writer = new FrameWriter(transport, this::watchOutput);
    this.turns = new SendTurns(writer);
    this.decoder = codec.decoder();
    this.peerText = origin.peer().getHostAddress();
    this.tls = TlsFacts.of(transport.connection());
    this.idleFrames = new TokenBucket(2000, 200, loop.nanos());
    this.resets = new TokenBucket(1200, 200, loop.nanos());
    origin.open().add(this);
    transport.owner(this);
  }

  /**
   * Begins behind the client's preface.
   *
   * @param input what came with it
   */
  void begin(ByteBuffer input) {
    greet();
    idleSince = loop.nanos();
    receive(input);
  }

  /** Ends a connection that does not begin as it should. */
  void refuse(int code, String complaint) {
    greet();
    fail(code, complaint);
  }

  private void greet() {
    writer.settings(
        Frame.SETTINGS_MAX_CONCURRENT_STREAMS,
        MAX_STREAMS,
        Frame.SETTINGS_MAX_HEADER_LIST_SIZE,
        limits.headSize());
    received.open(writer);
  }

  @Override
  void drain() {
    if (phase != Phase.OPEN || draining) {
      return;
    }
    draining = true;
    // Requests that are on their way still get through: the last word follows when the client has
    // seen this one (RFC 9113, section 6.8).
    writer.goAway(Frame.MAX_INT, ErrorCode.NO_ERROR, "");
    writer.ping(false, DRAIN_PROBE);
    loop.set(inputDeadline, DRAIN_PROBE_MILLIS);
    writer.flush();
  }

  @Override
  void kill() {
    gone();
  }

  // ClientConnection

  @Override
  public InetAddress peer() {
    return origin.peer();
  }

  @Override
  public String peerText() {
    return peerText;
  }

  @Override
  public int port() {
    return origin.port();
  }

  @Override
  public String localText() {
    return transport.localText();
  }

  @Override
  public long number() {
    return origin.number();
  }

  @Override
  public boolean isSecure() {
    return transport.isSecure();
  }

  @Override
  public ExchangeLog.@Nullable Tls tls() {
    return tls.tls();
  }

  @Override
  public @Nullable String serverName() {
    return tls.serverName();
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object object) {
    attachment = object;
  }

  // For the streams

  boolean isProcessing() {
    return processing;
  }

  /** An encoder for the next block to be written. */
  HpackEncoder encoder() {
    return codec.encoder().begin(peer);
  }

  int maxFrame() {
    return peer.maxFrame();
  }

  /** What is sent, and by whom. */
  SendTurns turns() {
    return turns;
  }

  void spent(int octets) {
    turns.spent(octets);
    idleFrames.earn();
  }

  void flushSoon() {
    // What is written while frames are read leaves when that is over.
    if (!processing) {
      writer.flushSoon();
    }
  }

  /** A stream got something and is to hear when there is no more. */
  void touched(Http2Stream stream) {
    touched.add(stream);
  }

  /** A stream is closed. */
  void closed(Http2Stream stream, boolean resetByUs) {
    streams.remove(stream, resetByUs);
    if (data == stream) {
      data = null;
    }
    if (streams.isEmpty() && phase == Phase.OPEN && !processing) {
      idleSince = loop.nanos();
      rest();
    }
  }

  /** An exchange is over. */
  void finished() {
    counters.requestFinished();
    exchanges--;
  }

  /** Nobody needs the object any more. */
  void retire(Http2Stream stream) {
    retired.add(stream);
  }

  /** Ends a stream whose client broke a rule, or has no patience with us. */
  void fault(Http2Stream stream, int code, String complaint) {
    if (stream.isClosed()) {
      return;
    }
    LOG.debug("stream {} of {} reset: {}", stream.id(), peerText, complaint);
    writer.reset(stream.id(), code);
    stream.gone(true);
  }

  // Transport.Owner

  @Override
  public void readable() {
    int count;
    try {
      count = transport.read();
    } catch (IOException problem) {
      gone();
      return;
    }
    if (count < 0) {
      gone();
    } else if (count > 0) {
      ByteBuffer input = loop.input();
      if (phase == Phase.LINGER) {
        lingered += count;
        if (lingered > LINGER_LIMIT) {
          gone();
        }
      } else {
        receive(input);
      }
    }
  }

  @Override
  public void drained() {
    loop.clear(outputDeadline);
    if (phase == Phase.LINGER) {
      transport.shutdownOutput();
      return;
    }
    turns.drained();
    if (phase == Phase.OPEN) {
      transport.resumeReads();
      writer.flushSoon();
    }
  }

  @Override
  public void failed(IOException problem) {
    gone();
  }

  @Override
  public void terminated() {
    gone();
  }

  // What the client says

  private void receive(ByteBuffer input) {
    free.addAll(retired);
    retired.clear();
    processing = true;
    try {
      reader.read(input);
    } catch (ConnectionFault fault) {
      fail(fault.code(), String.valueOf(fault.getMessage()));
    } finally {
      for (Http2Stream stream = touched.poll(); stream != null; stream = touched.poll()) {
        stream.paused();
      }
      processing = false;
    }
    if (phase != Phase.OPEN) {
      return;
    }
    received.renew(writer);
    watchInput();
    writer.flush();
    if (transport.queued() - transport.written() > BACKLOG_LIMIT) {
      transport.pauseReads();
    }
  }

  /** A head has its time from its first octet on; a connection without streams is idle. */
  private void watchInput() {
    if (reader.isAmidHead()) {
      if (!headWatched) {
        headWatched = true;
        counters.readingStarted();
        loop.set(inputDeadline, limits.headTimeout().toMillis());
      }
      return;
    }
    boolean changed = headWatched || asked || !inputDeadline.isSet();
    if (asked) {
      asked = false;
      idleSince = loop.nanos();
    }
    if (headWatched) {
      headWatched = false;
      counters.readingFinished();
    }
    if (streams.isEmpty()) {
      if (changed) {
        rest();
      }
    } else if (!draining || goAwaySent) {
      loop.clear(inputDeadline);
    }
  }

  /** No stream is open: waits for the next one, or ends. */
  private void rest() {
    if (goAwaySent) {
      linger();
    } else if (!headWatched && !draining) {
      // Frames that ask for nothing do not prolong it.
      long idle = (loop.nanos() - idleSince) / 1_000_000;
      loop.set(inputDeadline, Math.max(limits.keepAliveTimeout().toMillis() - idle, 0));
    }
  }

  @Override
  public boolean isReading() {
    return phase == Phase.OPEN;
  }

  @Override
  public void dataBegins(int id, int flow) throws ConnectionFault {
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream");
    }
    received.take(flow);
    dataHasContent = false;
    Http2Stream stream = streams.get(id);
    data = stream;
    if (stream == null) {
      if (streams.wasReset(id)) {
        return;
      }
      if (streams.wasClosed(id)) {
        // Clients that give a stream up may have DATA of it in line; its RST_STREAM was paid for.
        writer.reset(id, ErrorCode.STREAM_CLOSED);
        streams.remember(id, true);
      } else {
        giveUp(id, ErrorCode.STREAM_CLOSED);
      }
    } else if (stream.isRemoteDone()) {
      fault(stream, ErrorCode.STREAM_CLOSED);
    } else if (!stream.receive(flow)) {
      fault(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  @Override
  public void dataPadding(int octets) {
    Http2Stream stream = data;
    if (stream != null) {
      stream.padded(octets);
    }
  }

  @Override
  public void dataPart(ByteBuffer part) {
    dataHasContent = true;
    Http2Stream stream = data;
    if (stream != null) {
      stream.bodyPart(part);
    }
  }

  @Override
  public void dataEnds(boolean endStream) throws ConnectionFault {
    Http2Stream stream = data;
    data = null;
    if (dataHasContent) {
      idleFrames.earn();
    } else if (!endStream) {
      idle("too many empty DATA frames");
    }
    if (stream != null && endStream) {
      stream.remoteEnd();
    }
  }

  @Override
  public void headers(int id, byte[] block, int from, int to, boolean endStream, int dependency)
      throws ConnectionFault {
    if ((id & 1) == 0) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a client's stream with an even number");
    }
    idleFrames.earn();
    RequestBlock fields = codec.request();
    Http2Stream known = streams.get(id);
    if (known != null || id <= lastStream) {
      // Even what nobody wants has to be decompressed, for what comes after it.
      decoder.decode(block, from, to, fields.beginTrailers(limits.headSize()));
      fields.end();
      if (known != null) {
        trailers(known, fields, endStream);
      } else if (!streams.wasReset(id)) {
        throw new ConnectionFault(
            streams.wasClosed(id) ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR,
            "HEADERS on a closed stream");
      }
      return;
    }
    lastStream = id;
    decoder.decode(block, from, to, fields.begin(limits.headSize()));
    fields.end();
    if (goAwaySent) {
      giveUp(id, ErrorCode.REFUSED_STREAM);
    } else if (streams.size() >= MAX_STREAMS || exchanges >= MAX_EXCHANGES) {
      giveUp(id, ErrorCode.REFUSED_STREAM);
    } else if (dependency == id) {
      giveUp(id, ErrorCode.PROTOCOL_ERROR);
    } else if (fields.refusal() != 431 && fields.malformation() != null) {
      LOG.debug("stream {} of {} is malformed: {}", id, peerText, fields.malformation());
      giveUp(id, ErrorCode.PROTOCOL_ERROR);
    } else if (endStream && fields.contentLength() > 0) {
      LOG.debug("stream {} of {} announces a body and has none", id, peerText);
      giveUp(id, ErrorCode.PROTOCOL_ERROR);
    } else {
      start(id, fields, endStream, to - from + Frame.HEADER);
    }
  }

  private void start(int id, RequestBlock fields, boolean endStream, int octets) {
    Http2Stream stream =
        free.isEmpty() ? new Http2Stream(this, loop, writer, limits) : free.removeLast();
    stream.begin(id, fields, endStream, octets, peer.initialWindow());
    streams.add(stream);
    asked = true;
    exchanges++;
    counters.requestStarted();
    if (fields.refusal() != 0) {
      handler.refuse(stream, fields.refusal(), fields.complaint());
    } else {
      handler.handle(stream);
    }
  }

  private void trailers(Http2Stream stream, RequestBlock fields, boolean endStream)
      throws ConnectionFault {
    if (stream.isRemoteDone()) {
      fault(stream, ErrorCode.STREAM_CLOSED);
    } else if (!endStream || fields.malformation() != null || fields.refusal() != 0) {
      fault(stream, ErrorCode.PROTOCOL_ERROR);
    } else {
      stream.trailers(RequestBlock.headers(fields.lines()));
    }
  }

  @Override
  public void priority(int id, int dependency) throws ConnectionFault {
    idle("too many PRIORITY frames");
    if (id == dependency) {
      streamFault(id, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
    }
  }

  @Override
  public void reset(int id, int code) throws ConnectionFault {
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on an idle stream");
    }
    takeReset();
    Http2Stream stream = streams.get(id);
    if (stream != null) {
      stream.gone(false);
    }
  }

  @Override
  public void setting(int identifier, long value) throws ConnectionFault {
    peer.apply(identifier, value);
  }

  @Override
  public void settingsEnd() throws ConnectionFault {
    idle("too many SETTINGS frames");
    turns.adopt(peer, streams.all());
    writer.acknowledgeSettings();
    turns.pump();
  }

  @Override
  public void settingsAcknowledged() {
    // Ours bind nobody more tightly than what holds before anybody says anything.
  }

  @Override
  public void ping(boolean acknowledgement, long opaque) throws ConnectionFault {
    if (!acknowledgement) {
      idle("too many PING frames");
      writer.ping(true, opaque);
    } else if (draining && opaque == DRAIN_PROBE) {
      lastWord();
    }
  }

  @Override
  public void goAway(int last, int code) {
    // A client that says so opens no more streams; it closes when it has what it waits for.
    LOG.debug("{} goes away with {}", peerText, code);
  }

  @Override
  public void windowUpdate(int id, int increment) throws ConnectionFault {
    if (id == 0) {
      turns.widen(increment);
      return;
    }
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on an idle stream");
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      return;
    }
    if (!stream.widen(increment)) {
      fault(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
    turns.pump();
  }

  @Override
  public void streamFault(int id, int code, String complaint) throws ConnectionFault {
    Http2Stream stream = streams.get(id);
    if (stream != null) {
      takeReset();
      fault(stream, code, complaint);
    } else {
      // There is nothing left to reset, and whoever sends such frames is broken.
      throw new ConnectionFault(code, complaint);
    }
  }

  @Override
  public void unknown() throws ConnectionFault {
    idle("too many frames of no known type");
  }

  private boolean isIdle(int id) {
    return id > lastStream || (id & 1) == 0;
  }

  private void fault(Http2Stream stream, int code) throws ConnectionFault {
    takeReset();
    fault(stream, code, "its state does not allow the frame");
  }

  /** Resets a stream that there is no object for. */
  private void giveUp(int id, int code) throws ConnectionFault {
    takeReset();
    writer.reset(id, code);
    streams.remember(id, true);
  }

  private void takeReset() throws ConnectionFault {
    resets.spend(loop.nanos(), "too many streams reset");
  }

  private void idle(String complaint) throws ConnectionFault {
    idleFrames.spend(loop.nanos(), complaint);
  }

  // What we say

  /** The last GOAWAY of a connection that is drained. */
  private void lastWord() {
    if (goAwaySent || phase != Phase.OPEN) {
      return;
    }
    goAwaySent = true;
    loop.clear(inputDeadline);
    writer.goAway(lastStream, ErrorCode.NO_ERROR, "");
    if (streams.isEmpty()) {
      linger();
    } else {
      flushSoon();
    }
  }

  /** Ends the connection with a word on what was wrong. */
  private void fail(int code, String complaint) {
    if (phase != Phase.OPEN) {
      return;
    }
    LOG.debug("connection of {} ended: {}", peerText, complaint);
    writer.goAway(lastStream, code, complaint);
    linger();
  }

  /** Ends our direction and waits for the client to end its own, so that it reads our last word. */
  private void linger() {
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.LINGER;
    for (Http2Stream stream : streams.all()) {
      stream.gone(true);
    }
    loop.set(inputDeadline, limits.lingerTimeout().toMillis());
    writer.flush();
    if (phase == Phase.LINGER && !transport.isCongested()) {
      transport.shutdownOutput();
    }
    transport.resumeReads();
  }

  private void gone() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    for (Http2Stream stream : streams.all()) {
      stream.gone(true);
    }
    if (headWatched) {
      headWatched = false;
      counters.readingFinished();
    }
    loop.forget(inputDeadline);
    loop.forget(outputDeadline);
    writer.close();
    transport.close();
    turns.close();
    counters.closed();
    origin.open().remove(this);
  }

  private void watchOutput() {
    if (transport.isCongested() && !outputDeadline.isSet() && phase != Phase.CLOSED) {
      progress = transport.written();
      loop.set(outputDeadline, limits.sendTimeout().toMillis());
    }
  }

  private final class InputDeadline extends Deadline {
    @Override
    protected void expired() {
      if (phase == Phase.LINGER) {
        gone();
      } else if (draining && !goAwaySent) {
        lastWord();
      } else if (headWatched) {
        fail(ErrorCode.PROTOCOL_ERROR, "a head did not come in time");
      } else {
        fail(ErrorCode.NO_ERROR, "idle");
      }
    }
  }

  private final class OutputDeadline extends Deadline {
    @Override
    protected void expired() {
      if (transport.written() != progress) {
        watchOutput();
      } else {
        transport.reset();
        gone();
      }
    }
  }
}
