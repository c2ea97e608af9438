package io.portcullis.proxy.upstream;

import io.portcullis.proxy.http2.ConnectionFault;
import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.FrameReader;
import io.portcullis.proxy.http2.FrameWriter;
import io.portcullis.proxy.http2.HpackDecoder;
import io.portcullis.proxy.http2.HpackEncoder;
import io.portcullis.proxy.http2.PeerSettings;
import io.portcullis.proxy.http2.ReceiveWindow;
import io.portcullis.proxy.http2.ResponseBlock;
import io.portcullis.proxy.http2.SendTurns;
import io.portcullis.proxy.http2.StreamTable;
import io.portcullis.proxy.http2.TokenBucket;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.Transport;
import io.portcullis.proxy.wire.UpstreamFailure.Kind;
import io.portcullis.proxy.wire.UpstreamStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

/**
 * An HTTP/2 connection to a target (RFC 9113), which carries many requests at once. What they send
 * leaves together when the events at hand are dealt with.
 */
final class Http2Upstream implements Transport.Owner, FrameReader.Sink {
  /** Requests at a time that a target takes before it said how many. */
  static final int ASSUMED_STREAMS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Http2Upstream.class);
  private static final byte[] PREFACE = Frame.preface();

  /** Of all streams together; what is kept is bounded by the windows of the streams. */
  private static final int RECEIVE_WINDOW = 4 * 1024 * 1024;

  /** Written octets that the target has not read, beyond which we read nothing of it either. */
  private static final int BACKLOG_LIMIT = 1024 * 1024;

  private static final int LAST_STREAM = Frame.MAX_INT - 2;
  private static final long PROBE = 0x7072_6f62_6521L;
  private static final int PROBE_MILLIS = 5000;
  private static final long RECENT_NANOS = 1_000_000_000L;

  private final UpstreamClient client;
  private final Http2Pool pool;
  private final IoLoop loop;
  private final Transport transport;
  private final FrameReader reader;
  private final FrameWriter writer;
  private final SendTurns turns;
  private final ReceiveWindow received = new ReceiveWindow(RECEIVE_WINDOW);
  private final HpackDecoder decoder;
  private final PeerSettings peer = new PeerSettings();
  private final StreamTable<Http2Call> streams = new StreamTable<>();
  private final Deadline deadline = new IdleDeadline();

  /** Frames that cost us something and are of no use. */
  private final TokenBucket idleFrames;

  /** Streams that we reset: targets take many of them for an attack. */
  private final TokenBucket resets;

  /** Streams that got something during this event. */
  private final ArrayDeque<Http2Call> touched = new ArrayDeque<>(4);

  private boolean closed;

  /** Takes no more requests. */
  private boolean retired;

  /** Nothing was heard for so long that a PING has to bring an answer. */
  private boolean probing;

  private boolean processing;
  private boolean settled;
  private int calls;
  private int served;

  /** Requests at a time at which the target began to refuse; 0 when it does not. */
  private int refusedAt;

  private int nextStream = 1;
  private long heard;

  /** Stream of the DATA frame that is being read; null when it is thrown away. */
  private @Nullable Http2Call data;

  private boolean dataHasContent;

  Http2Upstream(
      UpstreamClient client, Http2Pool pool, StreamConnection connection, boolean secure) {
    this.client = client;
    this.pool = pool;
    this.loop = client.loop();
    this.transport = new Transport(loop, connection, secure, this);
    this.reader = new FrameReader(this, Math.max(4 * client.headLimit(), 128 * 1024));
    this.writer = new FrameWriter(transport, () -> {});
    this.turns = new SendTurns(writer);
    this.decoder = client.codec().decoder();
    this.idleFrames = new TokenBucket(2000, 200, loop.nanos());
    this.resets = new TokenBucket(ASSUMED_STREAMS, 3, loop.nanos());
    this.heard = loop.nanos();
    client.opened();
    writer.raw(PREFACE);
    writer.settings(
        Frame.SETTINGS_ENABLE_PUSH,
        0,
        Frame.SETTINGS_INITIAL_WINDOW_SIZE,
        Http2Call.WINDOW,
        Frame.SETTINGS_MAX_HEADER_LIST_SIZE,
        client.headLimit());
    received.open(writer);
    writer.flushSoon();
    transport.resumeReads();
  }

  // For the pool

  boolean hasRoom() {
    // Targets count what a call has not read against all calls: where nothing more may be sent, a
    // new one would wait for a stranger.
    return !closed && !retired && !probing && calls < limit() && (turns.window() > 0 || calls == 0);
  }

  private int limit() {
    int said = settled ? peer.maxStreams() : ASSUMED_STREAMS;
    return refusedAt == 0 ? said : Math.min(said, refusedAt);
  }

  boolean isIdle() {
    return calls == 0;
  }

  /** Hears what the target has to say on an idle connection: it may be a farewell. */
  void listen() {
    ByteBuffer spare = loop.borrow();
    read(spare);
    loop.giveBack(spare);
  }

  /** Takes a request. */
  Http2Call begin(UpstreamStream.Listener listener, CallTimeouts timeouts) {
    calls++;
    served++;
    if (calls == 1 && !probing) {
      loop.clear(deadline);
    }
    if (served >= client.limits().requests()) {
      retire();
    }
    return new Http2Call(this, loop, writer, listener, timeouts);
  }

  /** Takes no more requests; closes when the last one is done. */
  void retire() {
    if (!retired && !closed) {
      retired = true;
      pool.retire(this);
      if (calls == 0) {
        shutDown();
      }
    }
  }

  // For the calls

  boolean isSecure() {
    return transport.isSecure();
  }

  /** The identifier of a new stream, which is to be {@link #add added} with it. */
  int nextStream() {
    int id = nextStream;
    nextStream += 2;
    if (id >= LAST_STREAM) {
      retire();
    }
    return id;
  }

  void add(Http2Call call) {
    streams.add(call);
  }

  /** Whether the connection had served other requests before that of a stream. */
  boolean servedBefore(int id) {
    return id > 1;
  }

  int initialWindow() {
    return peer.initialWindow();
  }

  /** An encoder for the next block to be written. */
  HpackEncoder encoder() {
    return client.codec().encoder().begin(peer);
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
  void touched(Http2Call call) {
    touched.add(call);
  }

  /** Ends a stream that is not complete. */
  void reset(Http2Call call, int code) {
    if (closed) {
      return;
    }
    writer.reset(call.id(), code);
    flushSoon();
    if (!resets.take(loop.nanos())) {
      // Better to go on with a new connection than to be thrown out with all that is on this one.
      retire();
    }
  }

  /** A stream is closed. */
  void closed(Http2Call call) {
    calls--;
    if (call.id() != 0) {
      streams.remove(call, false);
    }
    if (data == call) {
      data = null;
    }
    if (calls == 0) {
      refusedAt = 0;
    }
    restIfIdle();
  }

  /** A request got no answer in time: looks whether the target is there at all. */
  void suspect() {
    if (!probing && !closed && loop.nanos() - heard > RECENT_NANOS) {
      probing = true;
      writer.ping(false, PROBE);
      flushSoon();
      loop.set(deadline, PROBE_MILLIS);
    }
  }

  /** Counts as idle if nothing is on it. */
  void restIfIdle() {
    if (calls == 0 && !closed) {
      rest();
    }
  }

  private void rest() {
    if (retired || client.isDraining() || client.limits().idleConnections() == 0) {
      shutDown();
    } else if (!probing) {
      loop.set(deadline, client.limits().idleTimeout().toMillis());
    }
  }

  // Transport.Owner

  @Override
  public void readable() {
    read(loop.input());
  }

  private void read(ByteBuffer input) {
    int count;
    try {
      count = transport.read(input);
    } catch (IOException problem) {
      gone(Kind.CLOSED, String.valueOf(problem.getMessage()));
      return;
    }
    if (count < 0) {
      gone(Kind.CLOSED, "the target closed the connection");
    } else if (count > 0) {
      receive(input);
    }
  }

  @Override
  public void drained() {
    turns.drained();
    if (!closed) {
      transport.resumeReads();
      writer.flushSoon();
    }
  }

  @Override
  public void failed(IOException problem) {
    gone(Kind.CLOSED, String.valueOf(problem.getMessage()));
  }

  @Override
  public void terminated() {
    gone(Kind.CLOSED, "the gateway stops");
  }

  // What the target says

  private void receive(ByteBuffer input) {
    heard = loop.nanos();
    processing = true;
    try {
      reader.read(input);
    } catch (ConnectionFault fault) {
      fail(fault.code(), String.valueOf(fault.getMessage()));
    } finally {
      for (Http2Call call = touched.poll(); call != null; call = touched.poll()) {
        call.quiet();
      }
      processing = false;
    }
    if (closed) {
      return;
    }
    if (probing) {
      probing = false;
      loop.clear(deadline);
      restIfIdle();
    }
    received.renew(writer);
    writer.flushSoon();
    if (transport.queued() - transport.written() > BACKLOG_LIMIT) {
      transport.pauseReads();
    }
  }

  @Override
  public boolean isReading() {
    return !closed;
  }

  @Override
  public void dataBegins(int id, int flow) throws ConnectionFault {
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream");
    }
    received.take(flow);
    dataHasContent = false;
    Http2Call call = streams.get(id);
    data = call != null && call.receive(flow) ? call : null;
  }

  @Override
  public void dataPadding(int octets) {
    Http2Call call = data;
    if (call != null) {
      call.padded(octets);
    }
  }

  @Override
  public void dataPart(ByteBuffer part) {
    dataHasContent = true;
    Http2Call call = data;
    if (call != null) {
      call.bodyPart(part);
    }
  }

  @Override
  public void dataEnds(boolean endStream) throws ConnectionFault {
    Http2Call call = data;
    data = null;
    if (dataHasContent) {
      idleFrames.earn();
    } else if (!endStream) {
      idle("too many empty DATA frames");
    }
    if (call != null && endStream) {
      call.remoteEnd();
    }
  }

  @Override
  public void headers(int id, byte[] block, int from, int to, boolean endStream, int dependency)
      throws ConnectionFault {
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "HEADERS on an idle stream");
    }
    idleFrames.earn();
    ResponseBlock fields = client.codec().response();
    Http2Call call = streams.get(id);
    // Even what nobody wants has to be decompressed, for what comes after it.
    decoder.decode(
        block,
        from,
        to,
        call == null || call.isHeadReceived()
            ? fields.beginTrailers(client.headLimit())
            : fields.begin(client.headLimit()));
    fields.end();
    if (call != null) {
      call.answer(fields, endStream);
    }
  }

  @Override
  public void priority(int id, int dependency) throws ConnectionFault {
    idle("too many PRIORITY frames");
  }

  @Override
  public void reset(int id, int code) throws ConnectionFault {
    if (isIdle(id)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on an idle stream");
    }
    Http2Call call = streams.get(id);
    if (call != null) {
      if (code == ErrorCode.REFUSED_STREAM) {
        refusedAt = Math.max(calls - 1, 1);
      }
      call.wasReset(code);
    }
  }

  @Override
  public void setting(int identifier, long value) throws ConnectionFault {
    peer.apply(identifier, value);
  }

  @Override
  public void settingsEnd() throws ConnectionFault {
    idle("too many SETTINGS frames");
    settled = true;
    pool.expect(peer.maxStreams());
    turns.adopt(peer, streams.all());
    writer.acknowledgeSettings();
    turns.pump();
  }

  @Override
  public void settingsAcknowledged() {
    // Ours widen what holds before; nobody has to wait for them.
  }

  @Override
  public void ping(boolean acknowledgement, long opaque) throws ConnectionFault {
    if (!acknowledgement) {
      idle("too many PING frames");
      writer.ping(true, opaque);
    }
  }

  @Override
  public void goAway(int last, int code) {
    LOG.debug("{} goes away after {} with {}", pool.target().address(), last, code);
    retire();
    for (Http2Call call : streams.all()) {
      if (call.id() > last) {
        call.lost(Kind.CLOSED, true, "the target went away before it saw the request");
      }
    }
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
    Http2Call call = streams.get(id);
    if (call == null) {
      return;
    }
    if (!call.widen(increment)) {
      call.fault(ErrorCode.FLOW_CONTROL_ERROR, "a window that overflows");
    }
    turns.pump();
  }

  @Override
  public void streamFault(int id, int code, String complaint) throws ConnectionFault {
    Http2Call call = streams.get(id);
    if (call == null) {
      throw new ConnectionFault(code, complaint);
    }
    call.fault(code, complaint);
  }

  @Override
  public void unknown() throws ConnectionFault {
    idle("too many frames of no known type");
  }

  /** Whether a stream is none that we opened. */
  private boolean isIdle(int id) {
    return id >= nextStream || (id & 1) == 0;
  }

  private void idle(String complaint) throws ConnectionFault {
    idleFrames.spend(loop.nanos(), complaint);
  }

  // The end

  /** Ends a connection without requests. */
  private void shutDown() {
    if (closed) {
      return;
    }
    writer.goAway(0, ErrorCode.NO_ERROR, "");
    writer.flush();
    end();
    transport.closeWhenWritten();
  }

  /** Ends the connection because the target broke a rule. */
  private void fail(int code, String complaint) {
    if (closed) {
      return;
    }
    LOG.debug("connection to {} ended: {}", pool.target().address(), complaint);
    writer.goAway(0, code, complaint);
    writer.flush();
    gone(Kind.MALFORMED, complaint);
  }

  private void gone(Kind kind, String detail) {
    if (closed) {
      return;
    }
    end();
    transport.close();
    for (Http2Call call : streams.all()) {
      call.lost(kind, false, detail);
    }
  }

  private void end() {
    closed = true;
    loop.forget(deadline);
    writer.close();
    turns.close();
    client.closed();
    if (!retired) {
      retired = true;
      pool.retire(this);
    }
  }

  private final class IdleDeadline extends Deadline {
    @Override
    protected void expired() {
      if (probing) {
        gone(Kind.READ_TIMEOUT, "the target is silent");
      } else if (calls == 0) {
        shutDown();
      }
    }
  }
}
