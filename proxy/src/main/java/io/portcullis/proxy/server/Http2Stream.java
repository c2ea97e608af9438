package io.portcullis.proxy.server;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.FrameWriter;
import io.portcullis.proxy.http2.HpackEncoder;
import io.portcullis.proxy.http2.OctetQueue;
import io.portcullis.proxy.http2.RequestBlock;
import io.portcullis.proxy.http2.SendTurns;
import io.portcullis.proxy.http2.StreamTable;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.ClientConnection;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.NameSet;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection. The object serves the connection's streams in turn: it comes
 * back when its stream is closed and its exchange is through with it.
 */
final class Http2Stream extends StreamTable.Entry<Http2Stream>
    implements SendTurns.Sender, ClientStream {
  /** What a client may send before anybody reads. */
  static final int WINDOW = Frame.DEFAULT_WINDOW;

  /** How long a client may go on with a request that is answered. */
  private static final int REST_MILLIS = 1000;

  /** The same for a body that is being read. */
  private static final int READING_WINDOW = 256 * 1024;

  private static final int CREDIT_STEP = 32 * 1024;

  /** Lines that HTTP/2 has no place for, or that are written anew. */
  private static final NameSet OWN_LINES =
      NameSet.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private final Http2Connection connection;
  private final IoLoop loop;
  private final FrameWriter writer;
  private final ClientLimits limits;
  private final Deadline bodyDeadline = new BodyDeadline();
  private final Deadline outputDeadline = new OutputDeadline();

  private int id;
  private @Nullable Listener listener;

  /** The client or we gave up the stream, or both directions are complete. */
  private boolean closed = true;

  /** The exchange is through with it. */
  private boolean released = true;

  // The request
  private String method = "";
  private String target = "";
  private @Nullable String authority;
  private byte[] lines = {};
  private Headers headers = new Headers();
  private long contentLength;
  private boolean bodyExpected;
  private boolean expectsContinue;
  private @Nullable Headers trailers;
  private long received;

  // Its body
  private final OctetQueue early = new OctetQueue();
  private boolean bodyWanted;
  private boolean bodyDone;
  private boolean patient;
  private boolean invited;
  private boolean touched;
  private boolean remoteDone;
  private long bodyOctets;
  private long bodyStart;
  private int receiveWindow;
  private int credit;
  private boolean widened;

  // The answer
  private final OctetQueue pending = new OctetQueue();
  private long window;
  private boolean headSent;
  private boolean bodyless;
  private long lengthLeft;
  private boolean ended;
  private @Nullable Headers ending;
  private boolean localDone;
  private boolean queued;
  private boolean told;
  private long sent;
  private long progress;

  Http2Stream(Http2Connection connection, IoLoop loop, FrameWriter writer, ClientLimits limits) {
    this.connection = connection;
    this.loop = loop;
    this.writer = writer;
    this.limits = limits;
  }

  /** Becomes a new stream. */
  void begin(int identifier, RequestBlock block, boolean endStream, int octets, int sendWindow) {
    id = identifier;
    listener = null;
    closed = false;
    released = false;
    method = block.method();
    target = block.target();
    authority = block.authority();
    lines = block.lines();
    headers = RequestBlock.headers(lines);
    contentLength = block.contentLength();
    bodyExpected = !endStream;
    expectsContinue = block.expectsContinue();
    trailers = null;
    received = octets;
    bodyWanted = false;
    bodyDone = endStream;
    patient = false;
    invited = false;
    touched = false;
    remoteDone = endStream;
    bodyOctets = 0;
    receiveWindow = WINDOW;
    credit = 0;
    widened = false;
    window = sendWindow;
    headSent = false;
    bodyless = false;
    lengthLeft = BodyLength.UNKNOWN;
    ended = false;
    ending = null;
    localDone = false;
    queued = false;
    told = false;
    sent = 0;
  }

  @Override
  public int id() {
    return id;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether the client has sent all it will. */
  boolean isRemoteDone() {
    return remoteDone;
  }

  // ClientStream, the request

  @Override
  public IoLoop loop() {
    return loop;
  }

  @Override
  public ClientConnection connection() {
    return connection;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public @Nullable String authority() {
    return authority;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Headers receivedHeaders() {
    return RequestBlock.headers(lines);
  }

  @Override
  public String version() {
    return "2";
  }

  @Override
  public boolean nominates() {
    return false;
  }

  @Override
  public long bodyLength() {
    if (contentLength >= 0) {
      return contentLength;
    }
    return bodyExpected ? BodyLength.UNKNOWN : BodyLength.NONE;
  }

  @Override
  public long received() {
    return received;
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public void listen(Listener heir) {
    listener = heir;
  }

  @Override
  public boolean readBody() {
    if (bodyDone || closed || localDone || released) {
      return false;
    }
    if (!bodyWanted) {
      bodyWanted = true;
      if (!invited && expectsContinue && bodyOctets == 0 && !remoteDone && !headSent) {
        invited = true;
        interim(100, new Headers());
      }
      bodyStart = loop.nanos() / 1_000_000 - bodyOctets * 1000 / limits.bodyRate();
      catchUp();
    }
    if (connection.isProcessing()) {
      touch();
      return true;
    }
    return false;
  }

  @Override
  public void pauseBody() {
    if (bodyWanted) {
      bodyWanted = false;
      loop.clear(bodyDeadline);
    }
  }

  @Override
  public void awaitPatiently() {
    patient = true;
    loop.clear(bodyDeadline);
  }

  @Override
  public boolean isBodyRead() {
    return bodyDone;
  }

  // The request's body

  /** DATA begins; false when the client sends more than it may. */
  boolean receive(int flow) {
    receiveWindow -= flow;
    received += Frame.HEADER;
    return receiveWindow >= 0;
  }

  /** Octets of the window that nobody has to read. */
  void padded(int octets) {
    received += octets;
    consumed(octets);
  }

  /** Octets of the body. */
  void bodyPart(ByteBuffer data) {
    int count = data.remaining();
    bodyOctets += count;
    received += count;
    if (contentLength >= 0 && bodyOctets > contentLength) {
      connection.fault(this, ErrorCode.PROTOCOL_ERROR, "a body over its content-length");
      return;
    }
    Listener hearer = listener;
    if (released || hearer == null) {
      data.position(data.limit());
    } else if (bodyWanted && early.isEmpty()) {
      touch();
      hearer.requestBody(data);
      consumed(count);
      armBody();
    } else {
      early.add(data);
    }
  }

  /** Trailers, and with them the end. */
  void trailers(Headers received) {
    trailers = received.size() == 0 ? null : received;
    remoteEnd();
  }

  /** The client has sent all it will. */
  void remoteEnd() {
    if (contentLength >= 0 && bodyOctets != contentLength) {
      connection.fault(this, ErrorCode.PROTOCOL_ERROR, "a body short of its content-length");
      return;
    }
    remoteDone = true;
    loop.clear(bodyDeadline);
    if (localDone) {
      close(false);
      return;
    }
    if (bodyWanted && early.isEmpty()) {
      touch();
      bodyEnd();
    }
  }

  /** The events at hand are dealt with. */
  void paused() {
    touched = false;
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestPaused();
    }
  }

  private void touch() {
    if (!touched) {
      touched = true;
      connection.touched(this);
    }
  }

  /** Hands over what came early. */
  private void catchUp() {
    Listener hearer = listener;
    if (hearer == null) {
      return;
    }
    boolean kept = !early.isEmpty();
    if (kept) {
      ByteBuffer all = early.takeAll();
      int count = all.remaining();
      hearer.requestBody(all);
      consumed(count);
    }
    if (remoteDone && bodyWanted && early.isEmpty()) {
      bodyEnd();
    } else {
      armBody();
    }
    if (kept && !connection.isProcessing()) {
      connection.flushSoon();
      Listener still = listener;
      if (still != null) {
        still.requestPaused();
      }
    }
  }

  private void bodyEnd() {
    bodyDone = true;
    bodyWanted = false;
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestEnd(trailers);
    }
  }

  /** Tells the client that there is room again, when that is worth a frame. */
  private void consumed(int octets) {
    credit += octets;
    if (closed || localDone || remoteDone || released || credit < CREDIT_STEP && !isStuck()) {
      return;
    }
    if (contentLength >= 0 && contentLength - bodyOctets <= receiveWindow) {
      return;
    }
    int more = credit;
    if (!widened) {
      widened = true;
      more += READING_WINDOW - WINDOW;
    }
    writer.windowUpdate(id, more);
    receiveWindow += more;
    credit = 0;
  }

  /** Padding eats of the window too: what is left of it may be too little to go on. */
  private boolean isStuck() {
    return receiveWindow <= 0 && early.isEmpty();
  }

  /** Time for the next octets: the timeout, less what the client is behind the minimum rate. */
  private void armBody() {
    if (!bodyWanted || remoteDone || closed || patient) {
      return;
    }
    long timeout = limits.bodyTimeout().toMillis();
    long earned = bodyOctets * 1000 / limits.bodyRate();
    long left = timeout + earned - (loop.nanos() / 1_000_000 - bodyStart);
    loop.set(bodyDeadline, Math.clamp(left, 0, timeout));
  }

  // ClientStream, the answer

  @Override
  public void interim(int status, Headers fields) {
    if (headSent || closed) {
      return;
    }
    HpackEncoder encoder = connection.encoder();
    encoder.status(status);
    for (int i = 0; i < fields.size(); i++) {
      if (!OWN_LINES.contains(fields, i)) {
        encoder.put(fields, i);
      }
    }
    sent += writer.headers(id, encoder.bytes(), encoder.length(), false, connection.maxFrame());
    connection.flushSoon();
  }

  @Override
  public void head(int status, Headers fields, long length) {
    if (headSent || closed) {
      return;
    }
    headSent = true;
    bodyless = status == 204 || status == 304 || method.equals("HEAD");
    HpackEncoder encoder = connection.encoder();
    encoder.status(status);
    boolean dated = false;
    for (int i = 0; i < fields.size(); i++) {
      if (!OWN_LINES.contains(fields, i)) {
        dated = dated || fields.nameIs(i, "date");
        encoder.put(fields, i);
      }
    }
    if (!dated) {
      encoder.date(loop.date());
    }
    if (length >= 0 && status != 204) {
      encoder.contentLength(length);
    }
    boolean last = bodyless || length == 0 || length == BodyLength.NONE;
    lengthLeft = last ? 0 : length;
    sent += writer.headers(id, encoder.bytes(), encoder.length(), last, connection.maxFrame());
    connection.flushSoon();
    if (last) {
      localEnd();
    }
  }

  @Override
  public void send(ByteBuffer data) {
    int count = data.remaining();
    if (count == 0 || closed || localDone || !headSent) {
      data.position(data.limit());
      return;
    }
    if (lengthLeft >= 0) {
      lengthLeft -= count;
      if (lengthLeft < 0) {
        data.position(data.limit());
        abort();
        return;
      }
    }
    sent += count;
    if (pending.isEmpty()) {
      while (data.hasRemaining() && !writer.isCongested()) {
        int room = room(data.remaining());
        if (room == 0) {
          break;
        }
        put(data, room);
      }
    }
    if (data.hasRemaining()) {
      pending.add(data);
      queue();
      watchOutput();
    }
    connection.flushSoon();
  }

  @Override
  public void end(@Nullable Headers fields) {
    if (closed || ended) {
      ended = true;
      return;
    }
    if (!headSent || lengthLeft > 0) {
      abort();
      return;
    }
    ended = true;
    if (!localDone) {
      ending = fields == null || fields.size() == 0 ? null : fields;
      if (pending.isEmpty()) {
        sendEnd();
      }
      connection.flushSoon();
    }
  }

  @Override
  public void release() {
    if (released) {
      return;
    }
    if (!closed && !localDone && !ended) {
      abort();
    }
    released = true;
    listener = null;
    bodyWanted = false;
    early.clear();
    if (!localDone) {
      loop.clear(bodyDeadline);
    }
    connection.finished();
    if (closed) {
      connection.retire(this);
    }
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public boolean isCongested() {
    if (closed || localDone) {
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
  public void abort() {
    if (closed || localDone) {
      return;
    }
    listener = null;
    writer.reset(id, ErrorCode.INTERNAL_ERROR);
    close(true);
    connection.flushSoon();
  }

  // The answer on its way

  /** Room for more of the answer; false when the window would grow beyond what there is. */
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
    if (localDone) {
      writable();
      return;
    }
    pending.skip(room);
    if (!pending.isEmpty()) {
      queue();
      return;
    }
    loop.clear(outputDeadline);
    if (ended) {
      sendEnd();
    } else {
      writable();
    }
  }

  /** The client reads again, or has everything: whoever was held up for it may go on. */
  @Override
  public void writable() {
    if (told && pending.isEmpty()) {
      told = false;
      Listener hearer = listener;
      if (hearer != null) {
        hearer.answerWritable();
      }
    }
  }

  private int room(int wanted) {
    long windows = Math.min(window, connection.turns().window());
    return (int) Math.max(Math.min(wanted, Math.min(windows, Frame.DEFAULT_MAX_SIZE)), 0);
  }

  private void put(ByteBuffer data, int count) {
    boolean all = count == data.remaining();
    boolean last = all && (lengthLeft == 0 || ended && ending == null);
    writer.data(id, data, count, last);
    window -= count;
    sent += Frame.HEADER;
    connection.spent(count);
    if (last) {
      localEnd();
    }
  }

  private void sendEnd() {
    Headers fields = ending;
    if (localDone) {
      return;
    }
    if (fields == null) {
      writer.endStream(id);
      sent += Frame.HEADER;
    } else {
      HpackEncoder encoder = connection.encoder();
      for (int i = 0; i < fields.size(); i++) {
        if (!OWN_LINES.contains(fields, i)) {
          encoder.put(fields, i);
        }
      }
      sent += writer.headers(id, encoder.bytes(), encoder.length(), true, connection.maxFrame());
    }
    localEnd();
  }

  private void queue() {
    if (!queued && window > 0) {
      queued = true;
      connection.turns().join(this);
    }
  }

  private void localEnd() {
    localDone = true;
    pending.clear();
    loop.clear(outputDeadline);
    if (remoteDone) {
      close(false);
    } else {
      // What else the client sends is of no use (RFC 9113, section 8.1). But some clients forget
      // the
      // answer when a reset follows on its heels, so a client that is nearly done may finish.
      bodyWanted = false;
      early.clear();
      loop.set(bodyDeadline, REST_MILLIS);
    }
  }

  private void watchOutput() {
    if (!outputDeadline.isSet() && !closed && !localDone) {
      progress = sentSoFar();
      loop.set(outputDeadline, limits.sendTimeout().toMillis());
    }
  }

  private long sentSoFar() {
    return sent - pending.size();
  }

  // The end

  /** The client is gone, or gave the stream up. */
  void gone(boolean resetByUs) {
    if (closed) {
      return;
    }
    Listener hearer = listener;
    listener = null;
    close(resetByUs);
    if (hearer != null) {
      hearer.clientGone();
    }
  }

  private void close(boolean resetByUs) {
    closed = true;
    bodyWanted = false;
    pending.clear();
    early.clear();
    loop.forget(bodyDeadline);
    loop.forget(outputDeadline);
    connection.closed(this, resetByUs);
    if (released) {
      connection.retire(this);
    }
  }

  private final class BodyDeadline extends Deadline {
    @Override
    protected void expired() {
      if (localDone) {
        writer.reset(id, ErrorCode.NO_ERROR);
        close(true);
        connection.flushSoon();
        return;
      }
      bodyWanted = false;
      Listener hearer = listener;
      if (hearer != null) {
        hearer.requestFailed(408);
      }
      connection.flushSoon();
    }
  }

  private final class OutputDeadline extends Deadline {
    @Override
    protected void expired() {
      if (sentSoFar() != progress) {
        watchOutput();
      } else {
        connection.fault(Http2Stream.this, ErrorCode.CANCEL, "the answer is not read");
        connection.flushSoon();
      }
    }
  }
}
