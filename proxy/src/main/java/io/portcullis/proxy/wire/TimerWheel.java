package io.portcullis.proxy.wire;

import org.jspecify.annotations.Nullable;

/**
 * Deadlines of one I/O thread, on a hashed wheel with coarse ticks. Setting, moving and clearing
 * take constant time and no memory; a deadline that was moved later stays where it is filed until
 * its old slot comes round.
 */
public final class TimerWheel {
  /** Length of a tick. */
  public static final int TICK_MILLIS = 20;

  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;
  private static final int SLOTS = 1024;
  private final @Nullable Deadline[] slots = new @Nullable Deadline[SLOTS];
  private final long origin;
  private long tick;
  private int size;

  public TimerWheel(long nanoTime) {
    this.origin = nanoTime;
  }

  /**
   * Sets or moves a deadline.
   *
   * @param nanoTime now
   * @param millis from now, at least 0; it expires at the first tick after them
   */
  public void set(Deadline deadline, long nanoTime, long millis) {
    // Rounded up: late by less than a tick, never early.
    long due = (nanoTime - origin + millis * 1_000_000 + TICK_NANOS - 1) / TICK_NANOS;
    deadline.due = Math.max(due, tick + 1);
    if (deadline.filed == Deadline.NEVER) {
      file(deadline);
    } else if (deadline.due < deadline.filed) {
      unfile(deadline);
      file(deadline);
    }
  }

  /** Clears a deadline; it may be set again. */
  public void clear(Deadline deadline) {
    deadline.due = Deadline.NEVER;
  }

  /** Clears a deadline whose owner is gone. */
  public void forget(Deadline deadline) {
    deadline.due = Deadline.NEVER;
    if (deadline.filed != Deadline.NEVER) {
      unfile(deadline);
    }
  }

  /** Whether anything is filed, so that ticks are needed. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Runs what is due. */
  public void advance(long nanoTime) {
    long now = (nanoTime - origin) / TICK_NANOS;
    if (now - tick > SLOTS) {
      // The thread stood still or the wheel was empty: one turn sees every slot.
      tick = now - SLOTS;
    }
    while (tick < now) {
      tick++;
      turn(now);
    }
  }

  private void turn(long now) {
    int slot = (int) (tick & SLOTS - 1);
    // Nothing is ever filed under the current tick, so what expires cannot come back into this
    // list.
    for (Deadline deadline = slots[slot]; deadline != null; deadline = slots[slot]) {
      unfile(deadline);
      if (deadline.due == Deadline.NEVER) {
        continue;
      }
      if (deadline.due > now) {
        file(deadline);
      } else {
        deadline.due = Deadline.NEVER;
        deadline.expired();
      }
    }
  }

  private void file(Deadline deadline) {
    // Far deadlines are filed one turn ahead and filed again from there.
    deadline.filed = Math.min(deadline.due, tick + SLOTS - 1);
    int slot = (int) (deadline.filed & SLOTS - 1);
    Deadline first = slots[slot];
    deadline.next = first;
    deadline.previous = null;
    if (first != null) {
      first.previous = deadline;
    }
    slots[slot] = deadline;
    size++;
  }

  private void unfile(Deadline deadline) {
    Deadline before = deadline.previous;
    Deadline after = deadline.next;
    if (before == null) {
      slots[(int) (deadline.filed & SLOTS - 1)] = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    deadline.previous = null;
    deadline.next = null;
    deadline.filed = Deadline.NEVER;
    size--;
  }
}
