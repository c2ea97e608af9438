package io.portcullis.proxy.upstream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections to one address on one I/O thread. The last one to come back goes out first:
 * it is the least likely to be closed by the target this moment, and a pool that is larger than
 * needed ages at its other end.
 */
final class ConnectionPool {
  private final TargetAddress target;
  private final int limit;
  private final ArrayDeque<Http1Upstream> idle = new ArrayDeque<>(4);
  private int connections;

  ConnectionPool(TargetAddress target, int limit) {
    this.target = target;
    this.limit = limit;
  }

  TargetAddress target() {
    return target;
  }

  @Nullable Http1Upstream take() {
    return idle.pollFirst();
  }

  /** Keeps a connection; answers the one that has to go for it, if any. */
  @Nullable Http1Upstream keep(Http1Upstream connection) {
    idle.addFirst(connection);
    return idle.size() > limit ? idle.pollLast() : null;
  }

  void opened() {
    connections++;
  }

  void remove(Http1Upstream connection) {
    connections--;
    if (connection.isIdle()) {
      idle.remove(connection);
    }
  }

  boolean isUnused() {
    return connections == 0;
  }

  void close() {
    for (Http1Upstream connection = idle.poll(); connection != null; connection = idle.poll()) {
      connection.close();
    }
  }
}
