package io.portcullis.proxy.upstream;

import io.portcullis.proxy.http2.HeaderCodec;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls targets over HTTP/1.1 and HTTP/2 from one I/O thread, whose connections never leave it. Not
 * thread-safe.
 */
public final class UpstreamClient {
  private final IoLoop loop;
  private final PoolLimits limits;
  private final TargetTls tls;
  private final int headLimit;
  private final Map<TargetAddress, ConnectionPool> pools = new HashMap<>();
  private final Map<TargetAddress, Http2Pool> multiplexed = new HashMap<>();
  private final HeaderCodec codec = new HeaderCodec();
  private boolean draining;
  private int open;

  /**
   * @param headLimit octets of an answer's head
   */
  public UpstreamClient(IoLoop loop, PoolLimits limits, TargetTls tls, int headLimit) {
    this.loop = loop;
    this.limits = limits;
    this.tls = tls;
    this.headLimit = headLimit;
  }

  public IoLoop loop() {
    return loop;
  }

  /** Connections that are open, idle ones included. */
  public int openConnections() {
    return open;
  }

  /** The kept connections of an address; worth keeping by whoever calls it often. */
  ConnectionPool pool(TargetAddress target) {
    ConnectionPool pool = pools.get(target);
    if (pool == null) {
      pool = new ConnectionPool(target, limits.idleConnections());
      pools.put(target, pool);
    }
    return pool;
  }

  /**
   * Finds or opens a connection for one request. The listener hears {@code connected} or {@code
   * failed}, during the call or later.
   *
   * @param replayable whether the request does no harm if it arrives twice; if not, a kept
   *     connection is looked at before it is trusted
   * @return what to cancel while there is no connection; null when there is one already
   */
  public @Nullable Attempt connect(
      TargetAddress target,
      CallTimeouts timeouts,
      boolean replayable,
      UpstreamStream.Listener listener) {
    if (target.protocol() == TargetAddress.Protocol.HTTP_2) {
      return multiplexed(target).connect(timeouts, replayable, listener);
    }
    ConnectionPool pool = pool(target);
    Http1Upstream kept = pool.take();
    while (kept != null) {
      if (replayable || kept.isStillOpen()) {
        kept.begin(listener, timeouts);
        listener.connected(kept);
        return null;
      }
      kept = pool.take();
    }
    return open(pool, timeouts, listener);
  }

  /**
   * Opens a new connection, whatever is kept; for a request that a kept one has let down. One that
   * carries many requests and has let one down is not among those that are taken any more.
   *
   * @return what to cancel while there is no connection; null when there is one already
   */
  public @Nullable Attempt connectAnew(
      TargetAddress target, CallTimeouts timeouts, UpstreamStream.Listener listener) {
    if (target.protocol() == TargetAddress.Protocol.HTTP_2) {
      return multiplexed(target).connect(timeouts, false, listener);
    }
    return open(pool(target), timeouts, listener);
  }

  /** Closes what is idle and keeps nothing from now on. */
  public void drain() {
    draining = true;
    // Closing the last connection of a pool takes the pool away.
    for (ConnectionPool pool : List.copyOf(pools.values())) {
      pool.close();
    }
    for (Http2Pool pool : List.copyOf(multiplexed.values())) {
      pool.drain();
    }
  }

  private Attempt open(
      ConnectionPool pool, CallTimeouts timeouts, UpstreamStream.Listener listener) {
    Http1Attempt attempt = new Http1Attempt(this, pool, timeouts, listener);
    attempt.start();
    return attempt;
  }

  private Http2Pool multiplexed(TargetAddress target) {
    Http2Pool pool = multiplexed.get(target);
    if (pool == null) {
      pool = new Http2Pool(this, target);
      multiplexed.put(target, pool);
    }
    return pool;
  }

  /** Nothing of the pool is open or on its way. */
  void forget(Http2Pool pool) {
    multiplexed.remove(pool.target(), pool);
  }

  HeaderCodec codec() {
    return codec;
  }

  boolean isDraining() {
    return draining;
  }

  TargetTls tls() {
    return tls;
  }

  int headLimit() {
    return headLimit;
  }

  PoolLimits limits() {
    return limits;
  }

  void opened() {
    open++;
  }

  /** An HTTP/2 connection is gone. */
  void closed() {
    open--;
  }

  void closed(Http1Upstream connection) {
    open--;
    ConnectionPool pool = connection.pool();
    pool.remove(connection);
    if (pool.isUnused()) {
      pools.remove(pool.target(), pool);
    }
  }

  /** Keeps a connection whose answer is complete. */
  void release(Http1Upstream connection) {
    if (draining || connection.served() >= limits.requests()) {
      connection.close();
      return;
    }
    ConnectionPool pool = connection.pool();
    ConnectionPool current = pool(pool.target());
    if (current != pool) {
      connection.move(current);
    }
    Http1Upstream surplus = current.keep(connection);
    if (surplus != null) {
      surplus.close();
    }
  }

  static UpstreamFailure failure(UpstreamFailure.Kind kind, String detail) {
    return new UpstreamFailure(kind, false, false, detail);
  }
}
