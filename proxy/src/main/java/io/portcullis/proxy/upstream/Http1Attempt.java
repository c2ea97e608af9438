package io.portcullis.proxy.upstream;

import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;

/** A request that waits for an HTTP/1.1 connection of its own. */
final class Http1Attempt extends Deadline implements Attempt, Dial.Outcome {
  private final UpstreamClient client;
  private final ConnectionPool pool;
  private final CallTimeouts timeouts;
  private final Dial dial;
  private UpstreamStream.@Nullable Listener listener;

  Http1Attempt(
      UpstreamClient client,
      ConnectionPool pool,
      CallTimeouts timeouts,
      UpstreamStream.Listener listener) {
    this.client = client;
    this.pool = pool;
    this.timeouts = timeouts;
    this.listener = listener;
    this.dial = new Dial(client, pool.target(), this);
  }

  void start() {
    client.loop().set(this, timeouts.connect());
    dial.start();
  }

  @Override
  public void cancel() {
    listener = null;
    client.loop().forget(this);
    dial.cancel();
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

  @Override
  public void ready(Dial made, StreamConnection connection) {
    UpstreamStream.Listener hearer = listener;
    listener = null;
    client.loop().forget(this);
    if (hearer == null) {
      org.xnio.IoUtils.safeClose(connection);
      return;
    }
    Http1Upstream upstream = new Http1Upstream(client, pool, connection, pool.target().isSecure());
    upstream.begin(hearer, timeouts);
    hearer.connected(upstream);
  }

  @Override
  public void failed(Dial made, String detail) {
    UpstreamStream.Listener hearer = listener;
    cancel();
    if (hearer != null) {
      hearer.failed(UpstreamClient.failure(UpstreamFailure.Kind.CONNECT, detail));
    }
  }
}
