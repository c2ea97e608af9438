package io.portcullis.proxy.server;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.WebSocketTerms;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.BodyReader;
import io.portcullis.proxy.wire.ClientConnection;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.Head;
import io.portcullis.proxy.wire.HeadBuffer;
import io.portcullis.proxy.wire.HeadWriter;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.NameSet;
import io.portcullis.proxy.wire.Octets;
import io.portcullis.proxy.wire.RequestHead;
import io.portcullis.proxy.wire.StatusLine;
import io.portcullis.proxy.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1.1 connection: its requests one after the other. Reads stay armed while a
 * request is answered, which is how a client that goes away is noticed; what a pipelining client
 * sends early is kept until its turn.
 */
final class Http1Connection extends OpenConnection
    implements ClientStream, ClientConnection, Transport.Owner {
  private static final int EARLY_LIMIT = 16 * 1024;
  private static final long DRAIN_LIMIT = 64 * 1024;
  private static final long LINGER_LIMIT = 1024 * 1024;
  private static final byte[] CONTINUE = Octets.latin1("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] LAST_CHUNK = Octets.latin1("0\r\n");
  private static final byte[] END_OF_LINE = Octets.latin1("\r\n");
  private static final byte[] DATE = Octets.latin1("Date: ");
  private static final byte[] LENGTH = Octets.latin1("Content-Length: ");
  private static final byte[] KEEP_ALIVE = Octets.latin1("Connection: keep-alive\r\n");
  private static final byte[] CLOSE = Octets.latin1("Connection: close\r\n");
  private static final byte[] UPGRADE = Octets.latin1("Connection: Upgrade\r\n");
  private static final byte[] SWITCH =
      Octets.latin1("Connection: upgrade\r\nUpgrade: websocket\r\n");

  private static final byte[] CHUNKED = Octets.latin1("Transfer-Encoding: chunked\r\n");

  /** Lines that belong to the connection, not to the answer. */
  private static final NameSet OWN_LINES =
      NameSet.of(
          "connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding");

  private enum Phase {
    /** Between requests. */
    IDLE,
    HEAD,
    EXCHANGE,
    /** The answer is complete, what is left of the body is thrown away. */
    DRAIN,
    /** The same, and the connection closes after it. */
    LINGER,
    CLOSED
  }

  /** How the body of the answer is delimited. */
  private enum Framing {
    NOTHING_SENT,
    NO_BODY,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    /** Octets as they come, in both directions. */
    TUNNEL
  }

  private final IoLoop loop;
  private final OpenConnections open;
  private final int port;
  private final long number;
  private final ClientLimits limits;
  private final Handler handler;
  private final TrafficCounters.Cell counters;
  private final Transport transport;
  private final InetAddress peer;
  private final String peerText;
  private final RequestHead head = new RequestHead();
  private final HeadBuffer buffer = new HeadBuffer();
  private final BodyReader body = new BodyReader();
  private final Deadline inputDeadline = new InputDeadline();
  private final Deadline outputDeadline = new OutputDeadline();
  private @Nullable Object attachment;
  private ExchangeLog.@Nullable Tls tls;
  private @Nullable String serverName;

  private Phase phase = Phase.IDLE;
  private @Nullable Listener listener;

  /** What came before its turn. */
  private @Nullable ByteBuffer early;

  private boolean processing;
  private boolean bodyWanted;
  private boolean bodyDelivered;
  private boolean invited;
  private long bodyOctets;
  private long bodyStart;
  private long receivedBefore;
  private long received;
  private long sentBefore;
  private Framing framing = Framing.NOTHING_SENT;
  private long lengthLeft;
  private boolean persist;
  private boolean ended;
  private boolean draining;

  /** Set while the connection is a WebSocket. */
  private @Nullable TunnelFrames frames;

  private @Nullable WebSocketTerms terms;
  private @Nullable TunnelWatch watch;

  private long progress;

  Http1Connection(NewConnection.Origin origin, Transport transport) {
    this.loop = transport.loop();
    this.open = origin.open();
    this.port = origin.port();
    this.number = origin.number();
    this.limits = origin.limits();
    this.handler = origin.handler();
    this.counters = origin.counters();
    this.peer = origin.peer();
    this.peerText = peer.getHostAddress();
    this.transport = transport;
    transport.owner(this);
  }

  /**
   * Begins with what the client said first.
   *
   * @param input some octets
   */
  void begin(ByteBuffer input) {
    open.add(this);
    loop.set(inputDeadline, limits.headTimeout().toMillis());
    received += input.remaining();
    process(input);
  }

  @Override
  void drain() {
    draining = true;
    if (phase == Phase.IDLE) {
      close();
    } else if (frames != null && phase == Phase.EXCHANGE) {
      frames.goAway();
    }
  }

  @Override
  void kill() {
    if (phase != Phase.CLOSED) {
      gone();
    }
  }

  // ClientConnection

  @Override
  public InetAddress peer() {
    return peer;
  }

  @Override
  public String peerText() {
    return peerText;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String localText() {
    return transport.localText();
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public boolean isSecure() {
    return transport.isSecure();
  }

  @Override
  public ExchangeLog.@Nullable Tls tls() {
    return tls;
  }

  @Override
  public @Nullable String serverName() {
    return serverName;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object object) {
    attachment = object;
  }

  // ClientStream, the request

  @Override
  public IoLoop loop() {
    return loop;
  }

  @Override
  public ClientConnection connection() {
    return this;
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String target() {
    return head.target();
  }

  @Override
  public @Nullable String authority() {
    return head.host();
  }

  @Override
  public Headers headers() {
    return head.headers();
  }

  @Override
  public Headers receivedHeaders() {
    return head.again();
  }

  @Override
  public String version() {
    return head.minorVersion() == 1 ? "1.1" : "1.0";
  }

  @Override
  public boolean nominates() {
    return head.nominates();
  }

  @Override
  public long bodyLength() {
    if (head.isChunked()) {
      return BodyLength.UNKNOWN;
    }
    return head.contentLength() < 0 ? BodyLength.NONE : head.contentLength();
  }

  @Override
  public boolean asksForTunnel() {
    if (!head.saysUpgrade() || head.minorVersion() == 0 || !head.method().equals("GET")) {
      return false;
    }
    return head.headers().hasToken("upgrade", "websocket") && bodyLength() == BodyLength.NONE;
  }

  @Override
  public long received() {
    return received - receivedBefore;
  }

  @Override
  public long sent() {
    return transport.queued() - sentBefore;
  }

  @Override
  public void listen(Listener heir) {
    listener = heir;
  }

  @Override
  public boolean readBody() {
    if (bodyWanted || phase != Phase.EXCHANGE) {
      return processing;
    }
    bodyWanted = true;
    if (body.isDone()) {
      return false;
    }
    if (!invited && head.expectsContinue() && bodyOctets == 0 && framing == Framing.NOTHING_SENT) {
      invited = true;
      transport.stage(CONTINUE, 0, CONTINUE.length);
      transport.flush();
    }
    if (framing != Framing.TUNNEL) {
      bodyStart = loop.nanos() / 1_000_000 - bodyOctets * 1000 / limits.bodyRate();
      armBody();
    }
    if (processing) {
      bodyDelivered = true;
      return true;
    }
    goOn();
    return false;
  }

  @Override
  public void pauseBody() {
    if (bodyWanted) {
      bodyWanted = false;
      loop.clear(inputDeadline);
    }
  }

  @Override
  public boolean isBodyRead() {
    return body.isDone();
  }

  // ClientStream, the answer

  @Override
  public void interim(int status, Headers headers) {
    if (head.minorVersion() == 0 || framing != Framing.NOTHING_SENT || phase != Phase.EXCHANGE) {
      return;
    }
    HeadWriter writer = loop.head();
    writer.put(StatusLine.of(status));
    for (int i = 0; i < headers.size(); i++) {
      if (!OWN_LINES.contains(headers, i)) {
        writer.put(headers, i);
      }
    }
    transport.stage(writer.endLine());
    transport.flush();
  }

  @Override
  public void agree(WebSocketTerms asked) {
    terms = asked;
  }

  @Override
  public void head(int status, Headers headers, long length) {
    if (framing != Framing.NOTHING_SENT || phase != Phase.EXCHANGE) {
      return;
    }
    if (status == 101) {
      openTunnel(headers);
      return;
    }
    boolean bodyless = status == 204 || status == 304 || head.method().equals("HEAD");
    persist = head.persists() && !draining && canFinishRequest();
    HeadWriter writer = loop.head();
    writer.put(StatusLine.of(status));
    boolean dated = false;
    boolean upgrades = false;
    for (int i = 0; i < headers.size(); i++) {
      if (OWN_LINES.contains(headers, i)) {
        continue;
      }
      dated = dated || headers.nameIs(i, "date");
      upgrades = upgrades || headers.nameIs(i, "upgrade");
      writer.put(headers, i);
    }
    if (!dated) {
      writer.put(DATE).put(loop.date()).endLine();
    }
    if (bodyless) {
      framing = Framing.NO_BODY;
      if (length >= 0 && status != 204) {
        writer.put(LENGTH).put(length).endLine();
      }
    } else if (length >= 0 || length == BodyLength.NONE) {
      framing = Framing.LENGTH;
      lengthLeft = Math.max(length, 0);
      writer.put(LENGTH).put(lengthLeft).endLine();
    } else if (head.minorVersion() == 1) {
      framing = Framing.CHUNKED;
      writer.put(CHUNKED);
    } else {
      framing = Framing.UNTIL_CLOSE;
      persist = false;
    }
    if (upgrades) {
      writer.put(UPGRADE);
    }
    writer.put(persist ? KEEP_ALIVE : CLOSE).endLine();
    transport.stage(writer);
  }

  private void openTunnel(Headers headers) {
    persist = false;
    framing = Framing.TUNNEL;
    body.untilClose();
    bodyWanted = false;
    TunnelFrames passing = new TunnelFrames(transport, longestMessage());
    frames = passing;
    WebSocketTerms agreed = terms;
    if (agreed != null) {
      watch = new TunnelWatch(loop, agreed, passing, () -> bodyWanted, this::gone);
    }
    counters.tunnelOpened();
    HeadWriter writer = loop.head();
    writer.put(StatusLine.of(101));
    for (int i = 0; i < headers.size(); i++) {
      if (!OWN_LINES.contains(headers, i) && !headers.nameIs(i, "upgrade")) {
        writer.put(headers, i);
      }
    }
    transport.stage(writer.put(SWITCH).endLine());
  }

  /** The smaller of this node's limit and that of the request, as far as there are any. */
  private long longestMessage() {
    long own = limits.messageSize();
    long agreed = terms == null ? 0 : terms.messageSize();
    return own == 0 || agreed == 0 ? Math.max(own, agreed) : Math.min(own, agreed);
  }

  private void endWatch() {
    TunnelWatch ended = watch;
    if (ended != null) {
      ended.end();
    }
  }

  @Override
  public void send(ByteBuffer data) {
    int count = data.remaining();
    if (count == 0) {
      return;
    }
    switch (framing) {
      case LENGTH -> {
        lengthLeft -= count;
        if (lengthLeft < 0) {
          data.position(data.limit());
          abort();
          return;
        }
        transport.send(data);
      }
      case UNTIL_CLOSE -> transport.send(data);
      case TUNNEL -> {
        TunnelFrames passing = frames;
        if (passing == null || !passing.send(data)) {
          messageTooLong();
        }
      }
      case CHUNKED -> {
        transport.stage(loop.head().putChunkSize(count));
        transport.send(data);
        transport.stage(END_OF_LINE, 0, END_OF_LINE.length);
      }
      case NO_BODY, NOTHING_SENT -> data.position(data.limit());
    }
    watchOutput();
  }

  private void messageTooLong() {
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestFailed(413);
    }
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (phase != Phase.EXCHANGE || ended) {
      return;
    }
    if (framing == Framing.NOTHING_SENT || framing == Framing.LENGTH && lengthLeft > 0) {
      abort();
      return;
    }
    if (framing == Framing.CHUNKED) {
      HeadWriter writer = loop.head().put(LAST_CHUNK);
      if (trailers != null) {
        for (int i = 0; i < trailers.size(); i++) {
          writer.put(trailers, i);
        }
      }
      transport.stage(writer.endLine());
    }
    transport.flush();
    ended = true;
  }

  @Override
  public void release() {
    if (phase == Phase.EXCHANGE && ended) {
      finish();
    }
  }

  @Override
  public void flush() {
    transport.flush();
    watchOutput();
  }

  @Override
  public boolean isCongested() {
    return transport.isCongested();
  }

  @Override
  public void abort() {
    if (phase == Phase.CLOSED) {
      return;
    }
    listener = null;
    if (frames != null && frames.isOver()) {
      // Closing at once could take the close frame away from a client that is still sending.
      transport.flush();
      ended = true;
      return;
    }
    if (framing == Framing.UNTIL_CLOSE) {
      // An orderly end would make what was sent look complete.
      transport.reset();
    } else {
      transport.flush();
    }
    close();
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
    if (count > 0) {
      received += count;
      process(loop.input());
    } else if (count < 0 && framing == Framing.TUNNEL && phase == Phase.EXCHANGE) {
      tunnelEnded();
    } else if (count < 0) {
      gone();
    }
  }

  /** The client will send no more, but may wait for what the other side still has to say. */
  private void tunnelEnded() {
    transport.pauseReads();
    body.none();
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestEnd(null);
    }
  }

  @Override
  public void drained() {
    loop.clear(outputDeadline);
    Listener hearer = listener;
    if (phase == Phase.EXCHANGE && hearer != null) {
      hearer.answerWritable();
    } else if (phase == Phase.IDLE) {
      goOn();
    } else if (phase == Phase.LINGER) {
      transport.shutdownOutput();
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

  private void gone() {
    Listener hearer = listener;
    listener = null;
    boolean exchange = phase == Phase.EXCHANGE;
    close();
    if (exchange && hearer != null) {
      hearer.clientGone();
    }
  }

  private void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (framing == Framing.TUNNEL && phase == Phase.EXCHANGE) {
      counters.tunnelClosed();
    }
    if (phase == Phase.HEAD) {
      counters.readingFinished();
    } else if (phase == Phase.EXCHANGE) {
      counters.requestFinished();
    }
    phase = Phase.CLOSED;
    listener = null;
    early = null;
    buffer.clear();
    endWatch();
    loop.forget(inputDeadline);
    loop.forget(outputDeadline);
    transport.close();
    counters.closed();
    open.remove(this);
  }

  /** Works on what was kept, then on what comes. */
  private void goOn() {
    if (processing || phase == Phase.CLOSED) {
      return;
    }
    ByteBuffer kept = early;
    early = null;
    if (kept != null) {
      process(kept);
    }
    if (phase != Phase.CLOSED && early == null) {
      transport.resumeReads();
    }
  }

  private void process(ByteBuffer input) {
    processing = true;
    bodyDelivered = false;
    try {
      ByteBuffer kept = early;
      if (kept != null) {
        keep(input);
        return;
      }
      boolean more = true;
      while (more && input.hasRemaining()) {
        more =
            switch (phase) {
              case IDLE, HEAD -> !transport.isCongested() && readHead(input);
              case EXCHANGE -> !body.isDone() && bodyWanted && deliver(input);
              case DRAIN -> discard(input);
              case LINGER -> linger(input);
              case CLOSED -> {
                input.position(input.limit());
                yield false;
              }
            };
      }
      if (input.hasRemaining() && phase != Phase.CLOSED) {
        keep(input);
      }
    } finally {
      processing = false;
    }
    Listener hearer = listener;
    if (bodyDelivered && phase == Phase.EXCHANGE && hearer != null) {
      hearer.requestPaused();
    }
  }

  private void keep(ByteBuffer input) {
    ByteBuffer kept = early;
    int before = kept == null ? 0 : kept.remaining();
    ByteBuffer all = ByteBuffer.allocate(before + input.remaining());
    if (kept != null) {
      all.put(kept);
    }
    early = all.put(input).flip();
    if (!body.isDone() || all.remaining() > EARLY_LIMIT) {
      transport.pauseReads();
    }
  }

  private boolean readHead(ByteBuffer input) {
    if (phase == Phase.IDLE) {
      phase = Phase.HEAD;
      counters.readingStarted();
      receivedBefore = received - input.remaining();
    }
    boolean first = buffer.isEmpty();
    int answer = buffer.take(input, head, limits.headSize());
    if (answer == Head.INCOMPLETE) {
      if (first) {
        loop.set(inputDeadline, limits.headTimeout().toMillis());
      }
      return false;
    }
    counters.readingFinished();
    loop.clear(inputDeadline);
    phase = Phase.EXCHANGE;
    counters.requestStarted();
    begin();
    if (answer == Head.REFUSED) {
      refuse(head.refusal(), head.complaint());
      return false;
    }
    if (head.strangeExpectation() != null) {
      refuse(417, "an expectation other than 100-continue");
      return false;
    }
    if (head.isChunked()) {
      body.chunked();
    } else {
      body.length(Math.max(head.contentLength(), 0));
    }
    handler.handle(this);
    return true;
  }

  private void begin() {
    listener = null;
    bodyWanted = false;
    invited = false;
    bodyOctets = 0;
    sentBefore = transport.queued();
    framing = Framing.NOTHING_SENT;
    lengthLeft = 0;
    ended = false;
    body.none();
    if (isSecure() && tls == null) {
      TlsFacts facts = TlsFacts.of(transport.connection());
      tls = facts.tls();
      serverName = facts.serverName();
    }
  }

  /** Nothing after such a head can be understood: answer and close. */
  private void refuse(int status, String complaint) {
    body.untilClose();
    handler.refuse(this, status, complaint);
  }

  private boolean deliver(ByteBuffer input) {
    int count = body.next(input);
    if (count == BodyReader.MALFORMED) {
      bodyFailed(400);
      return false;
    }
    if (count > 0) {
      int limit = input.limit();
      input.limit(input.position() + count);
      body.took(count);
      bodyOctets += count;
      bodyDelivered = true;
      if (watch != null) {
        watch.heard();
      }
      if (frames != null && !frames.heard(input)) {
        input.limit(limit).position(limit);
        messageTooLong();
        return false;
      }
      Listener hearer = listener;
      if (hearer != null) {
        hearer.requestBody(input);
      }
      input.position(input.limit()).limit(limit);
      if (phase != Phase.EXCHANGE) {
        return true;
      }
    }
    if (body.isDone()) {
      loop.clear(inputDeadline);
      bodyDelivered = true;
      Listener hearer = listener;
      if (hearer != null) {
        hearer.requestEnd(body.trailers());
      }
    } else if (count > 0 && bodyWanted && framing != Framing.TUNNEL) {
      armBody();
    }
    return count != 0;
  }

  private void bodyFailed(int status) {
    loop.clear(inputDeadline);
    bodyWanted = false;
    body.untilClose();
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestFailed(status);
    }
  }

  /** Time for the next octets: the timeout, less what the client is behind the minimum rate. */
  private void armBody() {
    long timeout = limits.bodyTimeout().toMillis();
    long earned = bodyOctets * 1000 / limits.bodyRate();
    long left = timeout + earned - (loop.nanos() / 1_000_000 - bodyStart);
    loop.set(inputDeadline, Math.clamp(left, 0, timeout));
  }

  /** Whether what is left of the request is little enough to be read for the next one's sake. */
  private boolean canFinishRequest() {
    if (body.isDone()) {
      return true;
    }
    if (body.endsWithConnection() || head.expectsContinue() && !invited) {
      return false;
    }
    return body.remaining() <= DRAIN_LIMIT;
  }

  private void finish() {
    counters.requestFinished();
    if (framing == Framing.TUNNEL) {
      counters.tunnelClosed();
      endWatch();
    }
    listener = null;
    bodyWanted = false;
    loop.clear(inputDeadline);
    watchOutput();
    bodyOctets = 0;
    if (persist && !draining) {
      if (body.isDone()) {
        rest();
      } else {
        phase = Phase.DRAIN;
        loop.set(inputDeadline, limits.lingerTimeout().toMillis());
        goOn();
      }
      return;
    }
    phase = Phase.LINGER;
    if (body.isDone()) {
      transport.closeWhenWritten();
      return;
    }
    loop.set(inputDeadline, limits.lingerTimeout().toMillis());
    if (!transport.isCongested()) {
      transport.shutdownOutput();
    }
    goOn();
  }

  /** Waits for the next request, which may be here already. */
  private void rest() {
    phase = Phase.IDLE;
    loop.set(inputDeadline, limits.keepAliveTimeout().toMillis());
    if (early != null || !transport.isReading()) {
      goOn();
    }
  }

  private boolean discard(ByteBuffer input) {
    int count = body.next(input);
    if (count > 0) {
      input.position(input.position() + count);
      body.took(count);
      bodyOctets += count;
    }
    if (count == BodyReader.MALFORMED || bodyOctets > DRAIN_LIMIT) {
      close();
      return true;
    }
    if (body.isDone()) {
      phase = Phase.IDLE;
      loop.set(inputDeadline, limits.keepAliveTimeout().toMillis());
      return true;
    }
    return count != 0;
  }

  private boolean linger(ByteBuffer input) {
    bodyOctets += input.remaining();
    input.position(input.limit());
    if (bodyOctets > LINGER_LIMIT) {
      close();
    }
    return false;
  }

  private void watchOutput() {
    if (transport.isCongested() && !outputDeadline.isSet()) {
      progress = transport.written();
      loop.set(outputDeadline, limits.sendTimeout().toMillis());
    }
  }

  private final class InputDeadline extends Deadline {
    @Override
    protected void expired() {
      switch (phase) {
        case IDLE, DRAIN, LINGER -> close();
        case HEAD -> {
          counters.readingFinished();
          phase = Phase.EXCHANGE;
          counters.requestStarted();
          begin();
          head.blank();
          refuse(408, "the head did not come in time");
        }
        case EXCHANGE -> bodyFailed(408);
        case CLOSED -> {}
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
