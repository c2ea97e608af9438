package io.portcullis.plugins.stats;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What was counted of one endpoint. Thread-safe and without locks. */
final class EndpointStats {
  private static final int STATUSES = 600;

  private final AtomicReferenceArray<@Nullable LongAdder> byStatus =
      new AtomicReferenceArray<>(STATUSES);
  private final Samples sizes = new Samples();
  private final Samples times = new Samples();
  private final LongAdder complete = new LongAdder();
  private final LongAdder incomplete = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Samples completeTimes = new Samples();
  private final Samples incompleteTimes = new Samples();
  private final Samples failedTimes = new Samples();

  void answered(int status, long octets, long millis, boolean whole) {
    count(status >= 0 && status < STATUSES ? status : 0);
    long nanos = millis * 1_000_000;
    sizes.add(octets);
    times.add(nanos);
    boolean error = status >= 500;
    (error ? failed : whole ? complete : incomplete).increment();
    (error ? failedTimes : whole ? completeTimes : incompleteTimes).add(nanos);
  }

  private void count(int status) {
    LongAdder counter = byStatus.get(status);
    if (counter == null) {
      byStatus.compareAndSet(status, null, new LongAdder());
      counter = byStatus.get(status);
    }
    if (counter != null) {
      counter.increment();
    }
  }

  /** Adds what there is to a snapshot; sizes and times begin anew. */
  void collect(
      String name, Map<String, Long> counters, Map<String, Snapshot.Distribution> histograms) {
    String response = "krakend.router.response." + name;
    for (int status = 0; status < STATUSES; status++) {
      LongAdder counter = byStatus.get(status);
      if (counter != null) {
        counters.put(response + ".status." + status + ".count", counter.sum());
      }
    }
    histograms.put(response + ".size", sizes.drained());
    histograms.put(response + ".time", times.drained());
    layer(name, "true.error.false", complete, completeTimes, counters, histograms);
    layer(name, "false.error.false", incomplete, incompleteTimes, counters, histograms);
    layer(name, "false.error.true", failed, failedTimes, counters, histograms);
  }

  private static void layer(
      String name,
      String outcome,
      LongAdder count,
      Samples latency,
      Map<String, Long> counters,
      Map<String, Snapshot.Distribution> histograms) {
    String labels = "layer.pipe.name." + name + ".complete." + outcome;
    counters.put("krakend.proxy.requests." + labels, count.sum());
    histograms.put("krakend.proxy.latency." + labels, latency.drained());
  }
}
