package io.portcullis.proxy.wire;

import org.jspecify.annotations.Nullable;

/**
 * A moment at which something has to happen unless it is moved or cleared first. One object serves
 * for the life of its owner; moving it later, the common case, costs one store.
 */
public abstract class Deadline {
  static final long NEVER = Long.MAX_VALUE;

  /** When it is due, in the wheel's ticks. */
  long due = NEVER;

  /** The tick under whose slot it is filed; never after {@link #due}. */
  long filed = NEVER;

  @Nullable Deadline previous;
  @Nullable Deadline next;

  /** Called on the I/O thread, at most one tick late; the deadline is clear by then. */
  protected abstract void expired();

  /** Whether a moment is set. */
  public boolean isSet() {
    return due != NEVER;
  }
}
