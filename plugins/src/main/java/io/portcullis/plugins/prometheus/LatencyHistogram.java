package io.portcullis.plugins.prometheus;

import java.util.concurrent.atomic.LongAdder;

/** Counts milliseconds in buckets. */
final class LatencyHistogram {
  /** Kong's buckets for the gateway's own part. */
  static final int[] GATEWAY = {
    1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000
  };

  /** Kong's buckets for the upstream's part and the whole. */
  static final int[] UPSTREAM = {
    25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000
  };

  private final int[] bounds;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  LatencyHistogram(int[] bounds) {
    this.bounds = bounds;
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void record(long millis) {
    int i = 0;
    while (i < bounds.length && millis > bounds[i]) {
      i++;
    }
    counts[i].increment();
    sum.add(millis);
  }

  /** Appends {@code _bucket}, {@code _count} and {@code _sum} lines, or none if it is empty. */
  void append(StringBuilder page, String name, String labels) {
    long total = 0;
    for (LongAdder count : counts) {
      total += count.sum();
    }
    if (total == 0) {
      return;
    }
    long cumulative = 0;
    for (int i = 0; i < bounds.length; i++) {
      cumulative += counts[i].sum();
      page.append(name).append("_bucket{").append(labels).append(",le=\"").append(bounds[i]);
      page.append("\"} ").append(cumulative).append('\n');
    }
    page.append(name).append("_bucket{").append(labels).append(",le=\"+Inf\"} ").append(total);
    page.append('\n');
    page.append(name).append("_count{").append(labels).append("} ").append(total).append('\n');
    page.append(name).append("_sum{").append(labels).append("} ").append(sum.sum()).append('\n');
  }
}
