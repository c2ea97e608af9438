package io.portcullis.proxy.sync;

import io.portcullis.proxy.routing.RoutingTable;

/** The table that new exchanges start with. */
public final class LiveRoutingTable {
  private volatile RoutingTable current;

  public LiveRoutingTable(RoutingTable first) {
    this.current = first;
  }

  /** To be read once per exchange and kept. */
  public RoutingTable current() {
    return current;
  }

  /** Publishes a table; exchanges under way keep theirs. */
  public void replace(RoutingTable next) {
    current = next;
  }
}
