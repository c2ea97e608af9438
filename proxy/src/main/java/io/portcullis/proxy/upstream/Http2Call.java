package io.portcullis.proxy.upstream;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.FrameWriter;
import io.portcullis.proxy.http2.HpackEncoder;
import io.portcullis.proxy.http2.OctetQueue;
import io.portcullis.proxy.http2.ResponseBlock;
import io.portcullis.proxy.http2.SendTurns;
import io.portcullis.proxy.http2.StreamTable;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.LineSink;
import io.portcullis.proxy.wire.NameSet;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One request to a target and its answer: a stream of an HTTP/2 connection. */
final class Http2Call extends StreamTable.Entry<Http2Call>
    implements SendTurns.Sender, UpstreamStream {
  /** What a target may send before anybody reads. */
  static final int WINDOW = 256 * 1024;

  private static final int CREDIT_STEP = WINDOW / 4;
  private static final int MOST_INTERIM_ANSWERS = 100;

  /** Lines that HTTP/2 has no place for, or that are written anew. */
  private static final NameSet OWN_LINES =
      NameSet.of(
          "connection",
          "content-length",
          "host",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private final Http2Upstream connection;
  private final IoLoop loop;
  private final FrameWriter writer;
  private final Listener hearer;
  private final CallTimeouts timeouts;
  private final Deadline deadline = new IdleDeadline();

  /** 0 before the head is sent. */
  private int id;

  private boolean closed;

  // The request
  private final OctetQueue pending = new OctetQueue();
  private long window;
  private boolean headRequest;
  private boolean ended;
  private @Nullable Headers ending;
  private boolean localDone;
  private boolean queued;
  private boolean told;

  // The answer
  private final OctetQueue early = new OctetQueue();
  private int receiveWindow = WINDOW;
  private int credit;
  private boolean headReceived;
  private boolean bodyless;
  private int interims;
  private long contentLength = -1;
  private long bodyOctets;
  private @Nullable Headers trailers;
  private boolean remoteDone;
  private boolean paused;
  private boolean touched;

  Http2Call(
      Http2Upstream connection,
      IoLoop loop,
      FrameWriter writer,
      Listener hearer,
      CallTimeouts timeouts) {
    this.connection = connection;
    this.loop = loop;
    this.writer = writer;
    this.hearer = hearer;
    this.timeouts = timeouts;
  }

  @Override
  public int id() {
    return id;
  }

  // UpstreamStream, the request

  @Override
  public void head(String method, String path, FixedLine host, long bodyLength, Lines lines) {
    if (closed || id != 0) {
      return;
    }
    window = connection.initialWindow();
    id = connection.nextStream();
    connection.add(this);
    headRequest = method.equals("HEAD");
    HpackEncoder encoder = connection.encoder();
    encoder.request(method, connection.isSecure(), host.value(), path);
    lines.writeTo(new Sink(encoder));
    if (bodyLength >= 0) {
      encoder.contentLength(bodyLength);
    }
    localDone = bodyLength == BodyLength.NONE || bodyLength == BodyLength.TUNNEL;
    ended = localDone;
    writer.headers(id, encoder.bytes(), encoder.length(), localDone, connection.maxFrame());
    connection.flushSoon();
    arm();
  }

  @Override
  public void send(ByteBuffer data) {
    if (!data.hasRemaining() || closed || ended || id == 0) {
      data.position(data.limit());
      return;
    }
    if (pending.isEmpty()) {
      while (data.hasRemaining() && !writer.isCongested()) {
        int room = room(data.remaining());
        if (room == 0) {
          break;
        }
        put(data, room);
      }
      arm();
    }
    if (data.hasRemaining()) {
      boolean first = pending.isEmpty();
      pending.add(data);
      queue();
      if (first) {
        arm();
      }
    }
    connection.flushSoon();
  }

  @Override
  public void end(@Nullable Headers fields) {
    if (closed || ended) {
      return;
    }
    ended = true;
    ending = fields == null || fields.size() == 0 ? null : fields;
    if (pending.isEmpty()) {
      sendEnd();
    }
    connection.flushSoon();
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public boolean isCongested() {
    if (closed) {
      return false;
    }
    boolean full = !pending.isEmpty();
    if (!full && !writer.isCongested()) {
      return false;
    }
    if (!told) {
      told = true;
      if (!full) {
        connection.turns().toldOfCongestion(this);
      }
    }
    return true;
  }

  @Override
  public void cancel() {
    if (closed) {
      return;
    }
    if (id != 0 && !(localDone && remoteDone)) {
      connection.reset(this, ErrorCode.CANCEL);
    }
    close();
  }

  // The request on its way

  /** Room for more of the request; false when the window would grow beyond what there is. */
  @Override
  public boolean widen(long more) {
    window += more;
    if (window > Frame.MAX_INT) {
      return false;
    }
    if (!pending.isEmpty()) {
      queue();
    }
    return true;
  }

  /** Sends a frame of what waits; called in turn with the other streams of the connection. */
  @Override
  public void turn() {
    queued = false;
    if (closed || pending.isEmpty()) {
      return;
    }
    int room = room(pending.size());
    if (room == 0) {
      return;
    }
    put(pending.view(), room);
    pending.skip(room);
    arm();
    if (!pending.isEmpty()) {
      queue();
    } else if (ended) {
      sendEnd();
    } else {
      writable();
    }
  }

  /** The target reads again: whoever was held up for it may go on. */
  @Override
  public void writable() {
    if (told && pending.isEmpty()) {
      told = false;
      if (!closed) {
        hearer.requestWritable();
      }
    }
  }

  private int room(int wanted) {
    long windows = Math.min(window, connection.turns().window());
    return (int) Math.max(Math.min(wanted, Math.min(windows, Frame.DEFAULT_MAX_SIZE)), 0);
  }

  private void put(ByteBuffer data, int count) {
    writer.data(id, data, count, false);
    window -= count;
    connection.spent(count);
  }

  private void sendEnd() {
    localDone = true;
    Headers fields = ending;
    if (fields == null) {
      writer.endStream(id);
      return;
    }
    HpackEncoder encoder = connection.encoder();
    for (int i = 0; i < fields.size(); i++) {
      if (!OWN_LINES.contains(fields, i)) {
        encoder.put(fields, i);
      }
    }
    writer.headers(id, encoder.bytes(), encoder.length(), true, connection.maxFrame());
  }

  private void queue() {
    if (!queued && window > 0) {
      queued = true;
      connection.turns().join(this);
    }
  }

  // The answer

  boolean isHeadReceived() {
    return headReceived;
  }

  /** A head, or trailers. */
  void answer(ResponseBlock fields, boolean endStream) {
    String malformation = fields.malformation();
    if (malformation != null) {
      fault(ErrorCode.PROTOCOL_ERROR, malformation);
    } else if (remoteDone) {
      fault(ErrorCode.STREAM_CLOSED, "lines behind the end");
    } else if (headReceived) {
      if (!endStream) {
        fault(ErrorCode.PROTOCOL_ERROR, "trailers before the end");
        return;
      }
      Headers received = fields.headers();
      trailers = received.size() == 0 ? null : received;
      remoteEnd();
    } else if (fields.status() < 200) {
      interim(fields, endStream);
    } else {
      answerHead(fields, endStream);
    }
  }

  private void interim(ResponseBlock fields, boolean endStream) {
    if (endStream || fields.status() == 101 || fields.contentLength() >= 0) {
      fault(ErrorCode.PROTOCOL_ERROR, "an informational answer that cannot be one");
    } else if (++interims > MOST_INTERIM_ANSWERS) {
      fault(ErrorCode.ENHANCE_YOUR_CALM, "too many informational answers");
    } else if (fields.status() != 100) {
      arm();
      hearer.interim(fields.status(), fields.headers());
    }
  }

  private void answerHead(ResponseBlock fields, boolean endStream) {
    int status = fields.status();
    bodyless = headRequest || status == 204 || status == 304;
    contentLength = bodyless ? -1 : fields.contentLength();
    if (endStream && contentLength > 0) {
      fault(ErrorCode.PROTOCOL_ERROR, "a body short of its content-length");
      return;
    }
    long length = fields.contentLength();
    if (length < 0) {
      length = endStream ? BodyLength.NONE : BodyLength.UNKNOWN;
    }
    headReceived = true;
    remoteDone = endStream;
    arm();
    touch();
    hearer.answerHead(status, fields.headers(), length, false);
    if (endStream && !paused) {
      over();
    }
  }

  /** DATA begins; false when nothing of it can be used. */
  boolean receive(int flow) {
    receiveWindow -= flow;
    if (!headReceived || remoteDone) {
      fault(ErrorCode.PROTOCOL_ERROR, "DATA where none may be");
      return false;
    }
    if (receiveWindow < 0) {
      fault(ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the stream may");
      return false;
    }
    return true;
  }

  /** Octets of the window that nobody has to read. */
  void padded(int octets) {
    consumed(octets);
  }

  /** Octets of the body. */
  void bodyPart(ByteBuffer data) {
    int count = data.remaining();
    bodyOctets += count;
    if (bodyless || contentLength >= 0 && bodyOctets > contentLength) {
      fault(ErrorCode.PROTOCOL_ERROR, "a body over its content-length");
      return;
    }
    arm();
    if (paused || !early.isEmpty()) {
      early.add(data);
      return;
    }
    touch();
    hearer.answerBody(data);
    consumed(count);
  }

  /** The target has sent all it will. */
  void remoteEnd() {
    if (contentLength >= 0 && bodyOctets != contentLength) {
      fault(ErrorCode.PROTOCOL_ERROR, "a body short of its content-length");
      return;
    }
    remoteDone = true;
    if (!paused && early.isEmpty()) {
      over();
    }
  }

  /** The events at hand are dealt with. */
  void quiet() {
    touched = false;
    if (!closed) {
      hearer.answerPaused();
    }
  }

  @Override
  public void pause() {
    if (!paused) {
      paused = true;
      arm();
    }
  }

  @Override
  public void resume() {
    if (!paused || closed) {
      return;
    }
    paused = false;
    arm();
    if (!early.isEmpty()) {
      ByteBuffer all = early.takeAll();
      int count = all.remaining();
      hearer.answerBody(all);
      consumed(count);
    }
    if (closed) {
      return;
    }
    if (remoteDone && !paused) {
      over();
    } else {
      hearer.answerPaused();
    }
    connection.flushSoon();
  }

  private void touch() {
    if (!touched) {
      touched = true;
      connection.touched(this);
    }
  }

  /** Tells the target that there is room again, when that is worth a frame. */
  private void consumed(int octets) {
    credit += octets;
    if (closed || remoteDone || credit < CREDIT_STEP && receiveWindow > 0) {
      return;
    }
    if (contentLength >= 0 && contentLength - bodyOctets <= receiveWindow) {
      return;
    }
    writer.windowUpdate(id, credit);
    receiveWindow += credit;
    credit = 0;
  }

  // The end

  /** The answer is complete. */
  private void over() {
    if (closed) {
      return;
    }
    if (!localDone) {
      // Nobody needs the rest of the request (RFC 9113, section 8.1).
      connection.reset(this, ErrorCode.CANCEL);
    }
    close();
    hearer.answerEnd(trailers);
  }

  /** The target gave the stream up. */
  void wasReset(int code) {
    if (remoteDone) {
      // It has said everything and wants no more; the answer still has to be read.
      localDone = true;
      pending.clear();
      return;
    }
    boolean untouched = code == ErrorCode.REFUSED_STREAM && !headReceived;
    fail(
        headReceived ? UpstreamFailure.Kind.TRUNCATED : UpstreamFailure.Kind.CLOSED,
        untouched,
        "the target reset the stream with code " + code,
        code);
  }

  /** The connection is gone, or goes without having looked at the stream. */
  void lost(UpstreamFailure.Kind kind, boolean untouched, String detail) {
    fail(
        headReceived ? UpstreamFailure.Kind.TRUNCATED : kind,
        untouched,
        detail,
        UpstreamFailure.NOT_RESET);
  }

  /** Ends the stream because the target broke a rule. */
  void fault(int code, String complaint) {
    if (closed) {
      return;
    }
    connection.reset(this, code);
    fail(
        headReceived ? UpstreamFailure.Kind.TRUNCATED : UpstreamFailure.Kind.MALFORMED,
        false,
        complaint,
        UpstreamFailure.NOT_RESET);
  }

  private void fail(UpstreamFailure.Kind kind, boolean untouched, String detail, int code) {
    if (closed) {
      return;
    }
    boolean sent = id != 0 && !untouched;
    boolean reused = untouched || !headReceived && connection.servedBefore(id);
    close();
    hearer.failed(new UpstreamFailure(kind, sent, reused, detail, code));
  }

  private void close() {
    closed = true;
    pending.clear();
    early.clear();
    loop.forget(deadline);
    connection.closed(this);
  }

  /** Something moved, or what is waited for has changed: the clock starts anew. */
  private void arm() {
    if (closed) {
      return;
    }
    if (!pending.isEmpty()) {
      loop.set(deadline, timeouts.write());
    } else if (paused) {
      loop.clear(deadline);
    } else {
      loop.set(deadline, timeouts.read());
    }
  }

  /** Nothing moved in either direction. */
  private final class IdleDeadline extends Deadline {
    @Override
    protected void expired() {
      boolean writing = !pending.isEmpty();
      connection.suspect();
      connection.reset(Http2Call.this, ErrorCode.CANCEL);
      UpstreamFailure.Kind kind =
          writing ? UpstreamFailure.Kind.WRITE_TIMEOUT : UpstreamFailure.Kind.READ_TIMEOUT;
      lost(
          kind,
          false,
          writing
              ? "nothing written for " + timeouts.write() + " ms"
              : "nothing read for " + timeouts.read() + " ms");
    }
  }

  /** The lines of a request without those of an HTTP/1.1 connection. */
  private record Sink(HpackEncoder encoder) implements LineSink {
    @Override
    public void put(Headers headers, int i) {
      if (!OWN_LINES.contains(headers, i)) {
        encoder.put(headers, i);
      }
    }

    @Override
    public void put(FixedLine line) {
      if (!line.name().equals("Connection") && !line.name().equals("Upgrade")) {
        encoder.put(line);
      }
    }

    @Override
    public void put(String name, String value) {
      encoder.put(name, value);
    }
  }
}
