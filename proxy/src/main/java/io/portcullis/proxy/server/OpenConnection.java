package io.portcullis.proxy.server;

import org.jspecify.annotations.Nullable;

/** A client's connection in the listing of those that are open. */
abstract sealed class OpenConnection permits NewConnection, Http1Connection, Http2Connection {
  /** Neighbours in the listing. */
  @Nullable OpenConnection previous;

  @Nullable OpenConnection next;

  /** Finishes what is under way, if anything is, and closes. */
  abstract void drain();

  /** Closes whatever is under way. */
  abstract void kill();
}
