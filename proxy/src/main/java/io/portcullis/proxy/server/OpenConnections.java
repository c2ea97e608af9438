package io.portcullis.proxy.server;

import org.jspecify.annotations.Nullable;

/** The open client connections of one I/O thread. */
final class OpenConnections {
  private @Nullable OpenConnection first;

  void add(OpenConnection connection) {
    OpenConnection second = first;
    connection.next = second;
    if (second != null) {
      second.previous = connection;
    }
    first = connection;
  }

  void remove(OpenConnection connection) {
    OpenConnection before = connection.previous;
    OpenConnection after = connection.next;
    if (before != null) {
      before.next = after;
    } else if (first == connection) {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    }
    connection.previous = null;
    connection.next = null;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Lets each finish what it is doing. */
  void drain() {
    for (OpenConnection connection = first; connection != null; ) {
      OpenConnection following = connection.next;
      connection.drain();
      connection = following;
    }
  }

  /** Closes all that are left. */
  void kill() {
    for (OpenConnection connection = first; connection != null; connection = first) {
      connection.kill();
      if (first == connection) {
        remove(connection);
      }
    }
  }
}
