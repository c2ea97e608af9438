package io.portcullis.proxy.balancing;

import java.util.Arrays;

/**
 * An endless order of turns in which everybody comes as often as their weight says, evenly spread:
 * in any {@link #length} turns in a row each exactly weight/divisor times, where the divisor is the
 * greatest common one of all weights. Immutable.
 */
final class WeightedTurns {
  /** Beyond this the order is computed instead of written down. */
  private static final int LONGEST_WHEEL = 8192;

  private final int[] wheel;
  private final long[] ends;
  private final long length;
  private final long stride;

  /**
   * @param weights above 0
   */
  WeightedTurns(int[] weights) {
    long divisor = 0;
    for (int weight : weights) {
      divisor = divisor(weight, divisor);
    }
    this.ends = new long[weights.length];
    long sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] / divisor;
      ends[i] = sum;
    }
    this.length = sum;
    if (sum <= LONGEST_WHEEL) {
      this.wheel = wheel((int) sum);
      this.stride = 1;
    } else {
      this.wheel = new int[0];
      this.stride = stride(sum);
    }
  }

  /** Turns until the order repeats. */
  long length() {
    return length;
  }

  /**
   * Whose turn it is.
   *
   * @param turn from 0; taken as unsigned
   * @return index of a weight
   */
  int at(int turn) {
    if (wheel.length > 0) {
      return wheel[Integer.remainderUnsigned(turn, wheel.length)];
    }
    long slot = Integer.toUnsignedLong(turn) % length * stride % length;
    int found = Arrays.binarySearch(ends, slot + 1);
    return found >= 0 ? found : -found - 1;
  }

  /** Sorts all turns by when they are due: the n-th of w at (n - 1/2) / w. */
  private int[] wheel(int slots) {
    record Turn(int index, double due) {}
    Turn[] turns = new Turn[slots];
    int filled = 0;
    long before = 0;
    for (int i = 0; i < ends.length; i++) {
      int count = (int) (ends[i] - before);
      before = ends[i];
      for (int n = 0; n < count; n++) {
        turns[filled++] = new Turn(i, (n + 0.5) / count);
      }
    }
    Arrays.sort(turns, (one, other) -> Double.compare(one.due, other.due));
    return Arrays.stream(turns).mapToInt(Turn::index).toArray();
  }

  /** Steps by the golden section visit all slots, with neighbours in time far apart. */
  private static long stride(long slots) {
    long candidate = Math.round(slots * 0.6180339887498949);
    while (divisor(candidate, slots) != 1) {
      candidate++;
    }
    return candidate;
  }

  private static long divisor(long one, long other) {
    long a = one;
    long b = other;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
