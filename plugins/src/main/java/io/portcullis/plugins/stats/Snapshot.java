package io.portcullis.plugins.stats;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was counted at one time, under KrakenD's names.
 *
 * @param time nanoseconds since 1970
 */
record Snapshot(
    long time,
    Map<String, Long> counters,
    Map<String, Long> gauges,
    Map<String, Distribution> histograms) {
  /** What a sample of values was like. */
  record Distribution(
      long max,
      long min,
      double mean,
      double deviation,
      double variance,
      List<Double> percentiles) {
    Distribution {
      percentiles = List.copyOf(percentiles);
    }

    boolean isEmpty() {
      return max == 0 && min == 0 && mean == 0;
    }
  }

  /** As {@code /__stats} shows it. */
  byte[] json() {
    ObjectNode page = JsonMapper.shared().createObjectNode();
    page.put("Time", time);
    ObjectNode counted = page.putObject("Counters");
    new TreeMap<>(counters).forEach(counted::put);
    ObjectNode measured = page.putObject("Gauges");
    new TreeMap<>(gauges).forEach(measured::put);
    ObjectNode distributed = page.putObject("Histograms");
    new TreeMap<>(histograms)
        .forEach(
            (name, histogram) -> {
              ObjectNode entry = distributed.putObject(name);
              entry.put("Max", histogram.max());
              entry.put("Min", histogram.min());
              entry.put("Mean", histogram.mean());
              entry.put("Stddev", histogram.deviation());
              entry.put("Variance", histogram.variance());
              var percentiles = entry.putArray("Percentiles");
              histogram.percentiles().forEach(percentiles::add);
            });
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }
}
