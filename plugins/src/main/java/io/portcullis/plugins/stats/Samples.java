package io.portcullis.plugins.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A sample of values, of the same size as KrakenD's: of more values than it holds, each has the
 * same chance to be in it. Thread-safe and without locks; a value added while the sample is drained
 * may be lost.
 */
final class Samples {
  private static final int SIZE = 1028;
  private static final double[] PERCENTILES = {0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};

  private final AtomicLongArray values = new AtomicLongArray(SIZE);
  private final AtomicInteger added = new AtomicInteger();

  void add(long value) {
    int before = added.getAndIncrement();
    int at =
        before >= 0 && before < SIZE
            ? before
            : ThreadLocalRandom.current().nextInt(Math.max(SIZE, before & Integer.MAX_VALUE));
    if (at < SIZE) {
      values.set(at, value);
    }
  }

  /** What the values were like; then there are none. */
  Snapshot.Distribution drained() {
    int count = added.getAndSet(0);
    int size = count < 0 ? SIZE : Math.min(SIZE, count);
    long[] sorted = new long[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sorted[i] = values.get(i);
      sum += sorted[i];
    }
    Arrays.sort(sorted);
    double mean = size == 0 ? 0 : sum / size;
    double squares = 0;
    for (long value : sorted) {
      squares += (value - mean) * (value - mean);
    }
    double variance = size == 0 ? 0 : squares / size;
    List<Double> percentiles = new ArrayList<>(PERCENTILES.length);
    for (double percentile : PERCENTILES) {
      percentiles.add(percentile(sorted, percentile));
    }
    return new Snapshot.Distribution(
        size == 0 ? 0 : sorted[size - 1],
        size == 0 ? 0 : sorted[0],
        mean,
        Math.sqrt(variance),
        variance,
        percentiles);
  }

  /** Between two values the percentile lies on the line from one to the other. */
  private static double percentile(long[] sorted, double percentile) {
    if (sorted.length == 0) {
      return 0;
    }
    double position = percentile * (sorted.length + 1);
    if (position < 1) {
      return sorted[0];
    }
    if (position >= sorted.length) {
      return sorted[sorted.length - 1];
    }
    long lower = sorted[(int) position - 1];
    long upper = sorted[(int) position];
    return lower + (position - Math.floor(position)) * (upper - lower);
  }
}
