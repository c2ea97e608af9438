package io.portcullis.proxy.upstream;

import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/** A connection in the making. Belongs to its I/O thread. */
public final class Attempt extends Deadline {
  private final UpstreamClient client;
  private final ConnectionPool pool;
  private final CallTimeouts timeouts;
  private UpstreamStream.@Nullable Listener listener;
  private @Nullable IoFuture<StreamConnection> connecting;
  private @Nullable SslConnection handshaking;

  Attempt(
      UpstreamClient client,
      ConnectionPool pool,
      CallTimeouts timeouts,
      UpstreamStream.Listener listener) {
    this.client = client;
    this.pool = pool;
    this.timeouts = timeouts;
    this.listener = listener;
  }

  void start(OptionMap options) {
    client.loop().set(this, timeouts.connect());
    IoFuture<StreamConnection> future =
        client.loop().thread().openStreamConnection(pool.target().address(), this::opened, options);
    connecting = future;
    future.addNotifier(
        (outcome, _) -> {
          if (outcome.getStatus() == IoFuture.Status.FAILED) {
            IOException problem = outcome.getException();
            client
                .loop()
                .execute(() -> fail(UpstreamFailure.Kind.CONNECT, String.valueOf(problem)));
          }
        },
        null);
  }

  /** Gives up; the listener hears nothing. */
  public void cancel() {
    listener = null;
    client.loop().forget(this);
    IoFuture<StreamConnection> future = connecting;
    if (future != null) {
      future.cancel();
    }
    SslConnection secure = handshaking;
    if (secure != null) {
      org.xnio.IoUtils.safeClose(secure);
      handshaking = null;
    }
  }

  @Override
  protected void expired() {
    UpstreamStream.Listener hearer = listener;
    cancel();
    if (hearer != null) {
      hearer.failed(
          UpstreamClient.failure(
              UpstreamFailure.Kind.CONNECT_TIMEOUT,
              "no connection within " + timeouts.connect() + " ms"));
    }
  }

  private void opened(StreamConnection connection) {
    client.loop().touch();
    connecting = null;
    if (listener == null) {
      org.xnio.IoUtils.safeClose(connection);
      return;
    }
    if (!pool.target().isSecure()) {
      ready(connection, false);
      return;
    }
    SslConnection secure = client.tls().wrap(connection, pool.target());
    handshaking = secure;
    secure.getHandshakeSetter().set(this::shaken);
    secure.getSourceChannel().setCloseListener(_ -> handshakeEnded());
    try {
      secure.startHandshake();
      secure.getSourceChannel().setReadListener(source -> poke(source));
      secure.getSourceChannel().resumeReads();
      secure.getSinkChannel().resumeWrites();
    } catch (IOException problem) {
      fail(UpstreamFailure.Kind.CONNECT, String.valueOf(problem));
    }
  }

  /** Moves the handshake on; nothing else can come before it is over. */
  private void poke(org.xnio.conduits.ConduitStreamSourceChannel source) {
    try {
      java.nio.ByteBuffer input = client.loop().input();
      input.clear().limit(0);
      source.read(input);
    } catch (IOException problem) {
      fail(UpstreamFailure.Kind.CONNECT, String.valueOf(problem));
    }
  }

  private void shaken(SslConnection secure) {
    client
        .loop()
        .execute(
            () -> {
              client.loop().touch();
              if (secure.equals(handshaking)) {
                handshaking = null;
                secure.getSourceChannel().setCloseListener(null);
                secure.getSinkChannel().suspendWrites();
                ready(secure, true);
              }
            });
  }

  private void handshakeEnded() {
    client.loop().execute(() -> fail(UpstreamFailure.Kind.CONNECT, "the TLS handshake failed"));
  }

  private void ready(StreamConnection connection, boolean secure) {
    UpstreamStream.Listener hearer = listener;
    listener = null;
    client.loop().forget(this);
    if (hearer == null) {
      org.xnio.IoUtils.safeClose(connection);
      return;
    }
    Http1Upstream upstream = new Http1Upstream(client, pool, connection, secure);
    upstream.begin(hearer, timeouts);
    hearer.connected(upstream);
  }

  private void fail(UpstreamFailure.Kind kind, String detail) {
    client.loop().touch();
    UpstreamStream.Listener hearer = listener;
    cancel();
    if (hearer != null) {
      hearer.failed(UpstreamClient.failure(kind, detail));
    }
  }
}
