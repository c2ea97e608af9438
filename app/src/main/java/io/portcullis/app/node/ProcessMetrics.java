package io.portcullis.app.node;

import com.sun.management.UnixOperatingSystemMXBean;
import io.portcullis.core.plugin.MetricsPage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * The process's own series: memory, buffers, descriptors, time. Read when somebody asks, so that
 * they cost nothing at the start.
 */
final class ProcessMetrics implements MetricsPage {
  @Override
  public void append(StringBuilder page) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    head(page, "jvm_memory_used_bytes", "gauge", "Memory in use by area.");
    line(page, "jvm_memory_used_bytes{area=\"heap\"}", memory.getHeapMemoryUsage().getUsed());
    line(page, "jvm_memory_used_bytes{area=\"nonheap\"}", memory.getNonHeapMemoryUsage().getUsed());
    head(page, "jvm_memory_max_bytes", "gauge", "What the area may grow to.");
    line(page, "jvm_memory_max_bytes{area=\"heap\"}", memory.getHeapMemoryUsage().getMax());
    head(page, "jvm_buffer_memory_used_bytes", "gauge", "Memory of buffers outside of the heap.");
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      String name = "jvm_buffer_memory_used_bytes{id=\"" + pool.getName() + "\"}";
      line(page, name, pool.getMemoryUsed());
    }
    long collections = 0;
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(collector.getCollectionCount(), 0);
      millis += Math.max(collector.getCollectionTime(), 0);
    }
    head(page, "jvm_gc_collections_total", "counter", "Runs of the garbage collector.");
    line(page, "jvm_gc_collections_total", collections);
    head(page, "jvm_gc_seconds_total", "counter", "Time those runs took.");
    line(page, "jvm_gc_seconds_total", millis / 1e3);
    head(page, "jvm_threads_live", "gauge", "Platform threads.");
    line(page, "jvm_threads_live", ManagementFactory.getThreadMXBean().getThreadCount());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      head(page, "process_cpu_seconds_total", "counter", "Processor time, user and system.");
      line(page, "process_cpu_seconds_total", system.getProcessCpuTime() / 1e9);
      head(page, "process_open_fds", "gauge", "Open file descriptors.");
      line(page, "process_open_fds", system.getOpenFileDescriptorCount());
      head(page, "process_max_fds", "gauge", "The most there may be.");
      line(page, "process_max_fds", system.getMaxFileDescriptorCount());
    }
  }

  private static void head(StringBuilder page, String name, String type, String help) {
    page.append("# HELP ").append(name).append(' ').append(help).append('\n');
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder page, String series, long value) {
    page.append(series).append(' ').append(value).append('\n');
  }

  private static void line(StringBuilder page, String series, double value) {
    page.append(series).append(' ').append(value).append('\n');
  }
}
