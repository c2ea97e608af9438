package io.portcullis.core.entity;

import java.util.BitSet;
import java.util.Collection;

/** A set of HTTP statuses. Immutable; asking it costs no allocation. */
public final class HttpStatuses {
  private final BitSet statuses = new BitSet();

  /** Statuses from 0 up. */
  public HttpStatuses(Collection<Integer> statuses) {
    statuses.forEach(this.statuses::set);
  }

  /** Whether the status, which is at least 0, is one of them. */
  public boolean contains(int status) {
    return statuses.get(status);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HttpStatuses same && same.statuses.equals(statuses);
  }

  @Override
  public int hashCode() {
    return statuses.hashCode();
  }

  @Override
  public String toString() {
    return statuses.toString();
  }
}
