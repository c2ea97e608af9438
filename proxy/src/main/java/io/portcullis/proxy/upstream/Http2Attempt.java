package io.portcullis.proxy.upstream;

import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import org.jspecify.annotations.Nullable;

/** A request that waits, with others, for room on an HTTP/2 connection that is being made. */
final class Http2Attempt extends Deadline implements Attempt {
  private final Http2Pool pool;
  private final IoLoop loop;
  private final CallTimeouts timeouts;
  private UpstreamStream.@Nullable Listener listener;

  Http2Attempt(
      Http2Pool pool, IoLoop loop, CallTimeouts timeouts, UpstreamStream.Listener listener) {
    this.pool = pool;
    this.loop = loop;
    this.timeouts = timeouts;
    this.listener = listener;
    loop.set(this, timeouts.connect());
  }

  @Override
  public void cancel() {
    if (take() != null) {
      pool.left(this);
    }
  }

  @Override
  protected void expired() {
    fail(
        UpstreamFailure.Kind.CONNECT_TIMEOUT, "no connection within " + timeouts.connect() + " ms");
  }

  /** There is room; the pool has let go of this. */
  void connected(Http2Upstream connection) {
    UpstreamStream.Listener hearer = take();
    if (hearer != null) {
      hearer.connected(connection.begin(hearer, timeouts));
    }
  }

  void fail(UpstreamFailure.Kind kind, String detail) {
    UpstreamStream.Listener hearer = take();
    if (hearer != null) {
      pool.left(this);
      hearer.failed(UpstreamClient.failure(kind, detail));
    }
  }

  private UpstreamStream.@Nullable Listener take() {
    UpstreamStream.Listener hearer = listener;
    listener = null;
    loop.forget(this);
    return hearer;
  }
}
