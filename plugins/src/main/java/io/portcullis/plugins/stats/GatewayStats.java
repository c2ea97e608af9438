package io.portcullis.plugins.stats;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What this node has counted since it started. It outlives every configuration. Thread-safe. */
final class GatewayStats {
  private final Map<String, EndpointStats> endpoints = new ConcurrentHashMap<>();
  private final LongAdder connected = new LongAdder();
  private final LongAdder disconnected = new LongAdder();
  private long connectedBefore;
  private long disconnectedBefore;
  private volatile Snapshot latest = new Snapshot(0, Map.of(), Map.of(), Map.of());

  void connected() {
    connected.increment();
  }

  void disconnected() {
    disconnected.increment();
  }

  /** The counters of one endpoint; there are as many as routes, and never fewer again. */
  EndpointStats endpoint(String name) {
    EndpointStats known = endpoints.get(name);
    return known != null ? known : endpoints.computeIfAbsent(name, any -> new EndpointStats());
  }

  /** The snapshot taken last. */
  Snapshot latest() {
    return latest;
  }

  /** Takes a snapshot; what it shows of sizes and times begins anew. */
  synchronized void snapshot(long millis) {
    Map<String, Long> counters = new TreeMap<>();
    Map<String, Long> gauges = new TreeMap<>();
    Map<String, Snapshot.Distribution> histograms = new TreeMap<>();
    long in = connected.sum();
    long out = disconnected.sum();
    // What KrakenD counts between two snapshots is zero again when one is taken.
    counters.put("krakend.router.connected", 0L);
    counters.put("krakend.router.disconnected", 0L);
    counters.put("krakend.router.connected-total", in);
    counters.put("krakend.router.disconnected-total", out);
    gauges.put("krakend.router.connected-gauge", in - connectedBefore);
    gauges.put("krakend.router.disconnected-gauge", out - disconnectedBefore);
    connectedBefore = in;
    disconnectedBefore = out;
    endpoints.forEach((name, endpoint) -> endpoint.collect(name, counters, histograms));
    runtime(gauges);
    latest = new Snapshot(millis * 1_000_000, counters, gauges, histograms);
  }

  private static void runtime(Map<String, Long> gauges) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    String prefix = "krakend.service.runtime.";
    gauges.put(prefix + "MemStats.HeapAlloc", heap.getUsed());
    gauges.put(prefix + "MemStats.HeapSys", heap.getCommitted());
    gauges.put(
        prefix + "MemStats.Sys",
        heap.getCommitted() + memory.getNonHeapMemoryUsage().getCommitted());
    gauges.put(prefix + "NumThread", (long) ManagementFactory.getThreadMXBean().getThreadCount());
    long collections = 0;
    long pauses = 0;
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(0, collector.getCollectionCount());
      pauses += Math.max(0, collector.getCollectionTime());
    }
    gauges.put("krakend.service.debug.GCStats.NumGC", collections);
    gauges.put("krakend.service.debug.GCStats.PauseTotal", pauses * 1_000_000);
  }
}
