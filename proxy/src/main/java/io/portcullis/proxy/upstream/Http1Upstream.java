package io.portcullis.proxy.upstream;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.BodyReader;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.Head;
import io.portcullis.proxy.wire.HeadBuffer;
import io.portcullis.proxy.wire.HeadWriter;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.Octets;
import io.portcullis.proxy.wire.ResponseHead;
import io.portcullis.proxy.wire.Transport;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;

/** An HTTP/1.1 connection to a target: one request after the other, idle in its pool between. */
final class Http1Upstream implements UpstreamStream, Transport.Owner {
  private static final byte[] VERSION = Octets.latin1(" HTTP/1.1\r\n");
  private static final byte[] LENGTH = Octets.latin1("Content-Length: ");
  private static final byte[] CHUNKED = Octets.latin1("Transfer-Encoding: chunked\r\n");
  private static final byte[] LAST_CHUNK = Octets.latin1("0\r\n");
  private static final byte[] END_OF_LINE = Octets.latin1("\r\n");

  private enum Phase {
    IDLE,
    /** The request goes out, no answer yet. */
    REQUEST,
    /** Octets of a head have come. */
    HEAD,
    BODY,
    CLOSED
  }

  private final UpstreamClient client;
  private final IoLoop loop;
  private final Transport transport;
  private final ResponseHead head = new ResponseHead();
  private final HeadBuffer buffer = new HeadBuffer();
  private final BodyReader body = new BodyReader();
  private final Deadline deadline = new IdleDeadline();
  private ConnectionPool pool;
  private Phase phase = Phase.REQUEST;
  private @Nullable Listener listener;
  private CallTimeouts timeouts = new CallTimeouts(0, 0, 0);
  private int served;
  private boolean headRequest;
  private boolean chunked;
  private boolean headSent;
  private boolean requestOver;
  private boolean asksForTunnel;
  private boolean tunnel;
  private boolean paused;
  private long progress;

  /** What was read while nobody took it. */
  private @Nullable ByteBuffer kept;

  Http1Upstream(
      UpstreamClient client, ConnectionPool pool, StreamConnection connection, boolean secure) {
    this.client = client;
    this.pool = pool;
    this.loop = client.loop();
    this.transport = new Transport(loop, connection, secure, this);
    client.opened();
    pool.opened();
  }

  ConnectionPool pool() {
    return pool;
  }

  /** Belongs to another pool of the same address from now on. */
  void move(ConnectionPool other) {
    pool.remove(this);
    pool = other;
    other.opened();
  }

  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  int served() {
    return served;
  }

  /** Takes the next request. */
  void begin(Listener hearer, CallTimeouts patience) {
    listener = hearer;
    timeouts = patience;
    phase = Phase.REQUEST;
    served++;
    headSent = false;
    requestOver = false;
    asksForTunnel = false;
    chunked = false;
    paused = false;
    loop.clear(deadline);
    transport.resumeReads();
  }

  /** Looks whether the target has closed an idle connection; closes it then. */
  boolean isStillOpen() {
    if (transport.isSilent()) {
      return true;
    }
    close();
    return false;
  }

  @Override
  public void head(String method, String path, FixedLine host, long bodyLength, Lines lines) {
    if (phase == Phase.CLOSED) {
      return;
    }
    headRequest = method.equals("HEAD");
    headSent = true;
    HeadWriter writer = loop.head();
    writer.put(method).put(' ').put(path).put(VERSION);
    writer.put(host);
    lines.writeTo(writer);
    if (bodyLength >= 0) {
      writer.put(LENGTH).put(bodyLength).endLine();
    } else if (bodyLength == BodyLength.UNKNOWN) {
      chunked = true;
      writer.put(CHUNKED);
    } else if (bodyLength == BodyLength.TUNNEL) {
      asksForTunnel = true;
      requestOver = true;
    }
    transport.stage(writer.endLine());
  }

  @Override
  public void send(ByteBuffer data) {
    int count = data.remaining();
    if (count == 0) {
      return;
    }
    if (chunked) {
      transport.stage(loop.head().putChunkSize(count));
      transport.send(data);
      transport.stage(END_OF_LINE, 0, END_OF_LINE.length);
    } else {
      transport.send(data);
    }
    if (transport.isCongested()) {
      // Else flush, which follows, sets the clock.
      watch();
    }
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (tunnel) {
      transport.endOutput();
      return;
    }
    if (chunked) {
      HeadWriter writer = loop.head().put(LAST_CHUNK);
      if (trailers != null) {
        for (int i = 0; i < trailers.size(); i++) {
          writer.put(trailers, i);
        }
      }
      transport.stage(writer.endLine());
    }
    requestOver = true;
    flush();
  }

  @Override
  public void flush() {
    transport.flush();
    watch();
  }

  @Override
  public boolean isCongested() {
    return transport.isCongested();
  }

  @Override
  public void pause() {
    if (!paused) {
      paused = true;
      transport.pauseReads();
      watch();
    }
  }

  @Override
  public void resume() {
    if (!paused || phase == Phase.CLOSED) {
      return;
    }
    paused = false;
    watch();
    ByteBuffer before = kept;
    kept = null;
    if (before != null) {
      process(before);
    }
    if (!paused && phase != Phase.CLOSED) {
      transport.resumeReads();
    }
  }

  @Override
  public void cancel() {
    listener = null;
    close();
  }

  void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    Phase before = phase;
    phase = Phase.CLOSED;
    loop.forget(deadline);
    transport.close();
    listener = null;
    kept = null;
    buffer.clear();
    if (before == Phase.IDLE) {
      phase = Phase.IDLE;
    }
    client.closed(this);
    phase = Phase.CLOSED;
  }

  @Override
  public void readable() {
    int count;
    try {
      count = transport.read();
    } catch (IOException problem) {
      broken(String.valueOf(problem.getMessage()));
      return;
    }
    if (count > 0) {
      if (phase == Phase.IDLE) {
        // Nobody asked; whatever it is, the connection cannot be trusted.
        close();
        return;
      }
      process(loop.input());
      watch();
    } else if (count < 0) {
      ended();
    }
  }

  @Override
  public void drained() {
    watch();
    Listener hearer = listener;
    if (hearer != null) {
      hearer.requestWritable();
    }
  }

  @Override
  public void failed(IOException problem) {
    // The answer may be there although the request could not be sent to its end: look at it first.
    if (phase == Phase.REQUEST && !paused) {
      readable();
    }
    broken(String.valueOf(problem.getMessage()));
  }

  @Override
  public void terminated() {
    broken("the gateway stops");
  }

  private void process(ByteBuffer input) {
    Listener hearer = listener;
    boolean delivered = false;
    boolean more = true;
    while (more && phase != Phase.CLOSED && phase != Phase.IDLE) {
      if (paused) {
        keep(input);
        break;
      }
      if (phase == Phase.BODY) {
        more = deliver(input);
        delivered = true;
      } else {
        more = input.hasRemaining() && readHead(input);
      }
    }
    // A finished answer may have brought the connection its next request, and another listener.
    if (delivered && hearer != null && hearer.equals(listener)) {
      hearer.answerPaused();
    }
  }

  private void keep(ByteBuffer input) {
    if (input.hasRemaining()) {
      kept = ByteBuffer.allocate(input.remaining()).put(input).flip();
    }
  }

  private boolean readHead(ByteBuffer input) {
    phase = Phase.HEAD;
    int answer = buffer.take(input, head, client.headLimit());
    if (answer == Head.INCOMPLETE) {
      return false;
    }
    Listener hearer = listener;
    if (answer == Head.REFUSED) {
      fail(UpstreamFailure.Kind.MALFORMED, head.complaint());
      return false;
    }
    int status = head.status();
    if (status < 200) {
      boolean upgrades =
          status == 101 && head.saysUpgrade() && head.headers().hasToken("upgrade", "websocket");
      if (upgrades && asksForTunnel) {
        openTunnel();
        return true;
      }
      if (status == 101) {
        fail(
            UpstreamFailure.Kind.MALFORMED,
            asksForTunnel
                ? "a 101 that does not upgrade to websocket"
                : "an upgrade that nobody asked for");
        return false;
      }
      if (head.contentLength() >= 0 || head.isChunked()) {
        fail(UpstreamFailure.Kind.MALFORMED, "an informational answer with a body");
        return false;
      }
      if (status != 100 && hearer != null) {
        hearer.interim(status, head.headers());
      }
      return true;
    }
    phase = Phase.BODY;
    long length = head.contentLength() >= 0 ? head.contentLength() : BodyLength.UNKNOWN;
    if (headRequest || status == 204 || status == 304) {
      body.none();
    } else if (head.isChunked()) {
      body.chunked();
    } else if (length >= 0) {
      body.length(length);
    } else {
      body.untilClose();
    }
    if (hearer != null) {
      hearer.answerHead(status, head.headers(), length, head.nominates());
    }
    return true;
  }

  private void openTunnel() {
    phase = Phase.BODY;
    tunnel = true;
    body.untilClose();
    Listener hearer = listener;
    if (hearer != null) {
      hearer.answerHead(101, head.headers(), BodyLength.UNKNOWN, head.nominates());
    }
  }

  private boolean deliver(ByteBuffer input) {
    int count = body.next(input);
    if (count == BodyReader.MALFORMED) {
      fail(UpstreamFailure.Kind.TRUNCATED, "broken chunks");
      return false;
    }
    if (count > 0) {
      int limit = input.limit();
      input.limit(input.position() + count);
      body.took(count);
      Listener hearer = listener;
      if (hearer != null) {
        hearer.answerBody(input);
      }
      input.position(input.limit()).limit(limit);
      if (phase != Phase.BODY) {
        return false;
      }
    }
    if (body.isDone()) {
      over(input.hasRemaining());
      return false;
    }
    return count != 0;
  }

  /** The answer is complete. */
  private void over(boolean surplus) {
    Listener hearer = listener;
    listener = null;
    Headers trailers = body.trailers();
    if (surplus
        || !requestOver
        || transport.isCongested()
        || transport.isBroken()
        || !head.persists()) {
      close();
    } else {
      phase = Phase.IDLE;
      transport.resumeReads();
      loop.set(deadline, client.limits().idleTimeout().toMillis());
      client.release(this);
    }
    if (hearer != null) {
      hearer.answerEnd(trailers);
    }
  }

  private void ended() {
    if (phase == Phase.BODY && body.endsWithConnection()) {
      body.none();
      Listener hearer = listener;
      close();
      if (hearer != null) {
        hearer.answerEnd(null);
      }
    } else {
      broken("the target closed the connection");
    }
  }

  private void broken(String detail) {
    fail(
        phase == Phase.BODY ? UpstreamFailure.Kind.TRUNCATED : UpstreamFailure.Kind.CLOSED, detail);
  }

  private void fail(UpstreamFailure.Kind kind, String detail) {
    if (phase == Phase.CLOSED) {
      return;
    }
    Listener hearer = listener;
    // Octets of an answer show that the target did see the request.
    boolean reused = served > 1 && phase == Phase.REQUEST;
    boolean sent = headSent;
    close();
    if (hearer != null) {
      hearer.failed(new UpstreamFailure(kind, sent, reused, detail));
    }
  }

  /** Chooses what the clock watches: the writes, the reads, or neither. */
  private void watch() {
    if (phase == Phase.CLOSED || phase == Phase.IDLE) {
      return;
    }
    if (transport.isCongested()) {
      if (!deadline.isSet() || progress != transport.written()) {
        progress = transport.written();
        loop.set(deadline, timeouts.write());
      }
    } else if (paused || !requestOver && phase == Phase.REQUEST) {
      loop.clear(deadline);
    } else {
      loop.set(deadline, timeouts.read());
    }
  }

  private final class IdleDeadline extends Deadline {
    @Override
    protected void expired() {
      if (phase == Phase.IDLE) {
        close();
      } else if (transport.isCongested()) {
        if (progress != transport.written()) {
          watch();
        } else {
          fail(
              UpstreamFailure.Kind.WRITE_TIMEOUT,
              "nothing written for " + timeouts.write() + " ms");
        }
      } else {
        fail(
            phase == Phase.BODY
                ? UpstreamFailure.Kind.TRUNCATED
                : UpstreamFailure.Kind.READ_TIMEOUT,
            "nothing read for " + timeouts.read() + " ms");
      }
    }
  }
}
