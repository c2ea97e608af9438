package io.portcullis.proxy.server;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.http2.HeaderCodec;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.Transport;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/**
 * A connection whose client has not said anything yet. What it says first decides what is spoken:
 * on TLS the protocol that the handshake agreed on, in cleartext whether it is the preface of
 * HTTP/2 (RFC 9113, section 3.3).
 */
final class NewConnection extends OpenConnection implements Transport.Owner {
  private static final byte[] PREFACE = Frame.preface();
  private final Origin origin;
  private final Transport transport;
  private final Deadline deadline = new FirstWord();

  /** Octets of the preface that have come. */
  private int matched;

  /**
   * What is known of a connection before it says anything.
   *
   * @param port of the listener
   * @param number tells the connection apart from the process's others
   * @param http2 whether HTTP/2 is spoken at all
   * @param codec of the I/O thread
   */
  record Origin(
      InetAddress peer,
      int port,
      long number,
      boolean http2,
      OpenConnections open,
      ClientLimits limits,
      ClientStream.Handler handler,
      TrafficCounters.Cell counters,
      HeaderCodec codec) {}

  NewConnection(Origin origin, IoLoop loop, StreamConnection connection, boolean secure) {
    this.origin = origin;
    this.transport = new Transport(loop, connection, secure, this);
  }

  /** Starts to read. */
  void open() {
    origin.open.add(this);
    transport.loop().set(deadline, origin.limits.headTimeout().toMillis());
    transport.resumeReads();
  }

  @Override
  void drain() {
    close();
  }

  @Override
  void kill() {
    close();
  }

  @Override
  public void readable() {
    int count;
    try {
      count = transport.read();
    } catch (IOException problem) {
      // A handshake that failed is one of these.
      close();
      return;
    }
    if (count < 0) {
      close();
    } else if (count > 0) {
      decide(transport.loop().input());
    }
  }

  private void decide(ByteBuffer input) {
    boolean agreed = transport.isSecure() && speaksHttp2();
    if (!agreed && (transport.isSecure() || !origin.http2)) {
      become(new Http1Connection(origin, transport), input);
      return;
    }
    int start = input.position();
    if (matched == 0 && !agreed && isNoRequest(input)) {
      close();
      return;
    }
    while (matched < PREFACE.length
        && input.hasRemaining()
        && input.get(input.position()) == PREFACE[matched]) {
      input.get();
      matched++;
    }
    if (matched == PREFACE.length) {
      handOver();
      new Http2Connection(origin, transport).begin(input);
    } else if (input.hasRemaining() && agreed) {
      handOver();
      new Http2Connection(origin, transport)
          .refuse(ErrorCode.PROTOCOL_ERROR, "no preface of HTTP/2");
    } else if (input.hasRemaining()) {
      become(new Http1Connection(origin, transport), rejoined(input, start));
    }
  }

  /**
   * Whether a first line is here that holds no slash, as every request line does: whoever sends
   * that could not read an answer in HTTP/1.1 either.
   */
  private static boolean isNoRequest(ByteBuffer input) {
    boolean begun = false;
    for (int i = input.position(); i < input.limit(); i++) {
      byte octet = input.get(i);
      if (octet == '/') {
        return false;
      }
      if (octet == '\n' && begun) {
        return true;
      }
      // Empty lines may come before a request.
      begun |= octet != '\r' && octet != '\n';
    }
    return false;
  }

  private void become(Http1Connection connection, ByteBuffer input) {
    handOver();
    connection.begin(input);
  }

  /** Everything since the connection began. */
  private ByteBuffer rejoined(ByteBuffer input, int start) {
    int earlier = matched - (input.position() - start);
    if (earlier == 0) {
      return input.position(start);
    }
    return ByteBuffer.allocate(matched + input.remaining())
        .put(PREFACE, 0, matched)
        .put(input)
        .flip();
  }

  private boolean speaksHttp2() {
    SSLEngine engine =
        transport.connection() instanceof SslConnection secure
            ? UndertowXnioSsl.getSslEngine(secure)
            : null;
    return engine != null && Alpn.HTTP_2.equals(engine.getApplicationProtocol());
  }

  private void handOver() {
    transport.loop().forget(deadline);
    origin.open.remove(this);
  }

  private void close() {
    if (transport.isOpen()) {
      handOver();
      transport.close();
      origin.counters.closed();
    }
  }

  @Override
  public void drained() {
    // Nothing was sent yet.
  }

  @Override
  public void failed(IOException problem) {
    close();
  }

  @Override
  public void terminated() {
    transport.loop().forget(deadline);
    origin.open.remove(this);
    origin.counters.closed();
  }

  private final class FirstWord extends Deadline {
    @Override
    protected void expired() {
      close();
    }
  }
}
