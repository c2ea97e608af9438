package io.portcullis.plugins.stats;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes snapshots in InfluxDB's line protocol, with KrakenD's measurements. Remembers what it
 * wrote last, so that a point has both the total and what is new. For one thread at a time.
 */
final class LineProtocol {
  private static final String OUTCOME =
      "\\.layer\\.([a-zA-Z]+)\\.name\\.(.*)\\.complete\\.(true|false)\\.error\\.(true|false)";
  private static final Pattern REQUESTS = Pattern.compile("krakend\\.proxy\\.requests" + OUTCOME);
  private static final Pattern LATENCY = Pattern.compile("krakend\\.proxy\\.latency" + OUTCOME);
  private static final Pattern RESPONSES =
      Pattern.compile("krakend\\.router\\.response\\.(.*)\\.status\\.(\\d+)\\.count");
  private static final Pattern DISTRIBUTION =
      Pattern.compile("krakend\\.router\\.response\\.(.*)\\.(size|time)");

  private final String hostname;
  private final Map<String, Long> last = new HashMap<>();

  LineProtocol(String hostname) {
    this.hostname = tag(hostname);
  }

  /** All points of a snapshot, a line each. */
  synchronized String of(Snapshot snapshot) {
    StringBuilder out = new StringBuilder(1024);
    new TreeMap<>(snapshot.counters())
        .forEach((name, value) -> counter(out, name, value, snapshot.time()));
    connections(out, snapshot, "in", "connected");
    connections(out, snapshot, "out", "disconnected");
    gauges(out, snapshot, "debug");
    gauges(out, snapshot, "runtime");
    new TreeMap<>(snapshot.histograms())
        .forEach((name, value) -> distribution(out, name, value, snapshot.time()));
    return out.toString();
  }

  private void counter(StringBuilder out, String name, long value, long time) {
    Matcher requests = REQUESTS.matcher(name);
    Matcher responses = RESPONSES.matcher(name);
    if (requests.matches()) {
      start(out, "requests").append(outcome(requests));
    } else if (responses.matches()) {
      start(out, "responses")
          .append(",name=")
          .append(tag(responses.group(1)))
          .append(",status=")
          .append(responses.group(2));
    } else {
      return;
    }
    Long before = last.put(name, value);
    long added = before == null ? value : value - before;
    out.append(" total=").append(value).append("i,count=").append(added).append('i');
    end(out, time);
  }

  private void connections(StringBuilder out, Snapshot snapshot, String direction, String name) {
    String key = "krakend.router." + name;
    start(out, "router")
        .append(",direction=")
        .append(direction)
        .append(" current=")
        .append(snapshot.counters().getOrDefault(key, 0L))
        .append("i,total=")
        .append(snapshot.counters().getOrDefault(key + "-total", 0L))
        .append("i,gauge=")
        .append(snapshot.gauges().getOrDefault(key + "-gauge", 0L))
        .append('i');
    end(out, snapshot.time());
  }

  private void gauges(StringBuilder out, Snapshot snapshot, String part) {
    String prefix = "krakend.service." + part + ".";
    StringBuilder fields = new StringBuilder();
    new TreeMap<>(snapshot.gauges())
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                fields
                    .append(fields.isEmpty() ? " " : ",")
                    .append(tag(name.substring(prefix.length())))
                    .append('=')
                    .append(value)
                    .append('i');
              }
            });
    if (!fields.isEmpty()) {
      start(out, part).append(fields);
      end(out, snapshot.time());
    }
  }

  private void distribution(
      StringBuilder out, String name, Snapshot.Distribution values, long time) {
    if (values.isEmpty()) {
      return;
    }
    Matcher latency = LATENCY.matcher(name);
    Matcher response = DISTRIBUTION.matcher(name);
    if (latency.matches()) {
      start(out, "requests").append(outcome(latency));
    } else if (response.matches()) {
      start(out, "router.response-" + response.group(2))
          .append(",name=")
          .append(tag(response.group(1)));
    } else {
      return;
    }
    out.append(" max=").append(values.max()).append("i,min=").append(values.min());
    out.append("i,mean=").append(values.mean());
    out.append(",stddev=").append(values.deviation());
    out.append(",variance=").append(values.variance());
    String[] names = {"p0.1", "p0.25", "p0.5", "p0.75", "p0.9", "p0.95", "p0.99"};
    for (int i = 0; i < names.length; i++) {
      out.append(',').append(names[i]).append('=').append(values.percentiles().get(i));
    }
    end(out, time);
  }

  private StringBuilder start(StringBuilder out, String measurement) {
    return out.append(measurement).append(",host=").append(hostname);
  }

  private static void end(StringBuilder out, long time) {
    out.append(' ').append(time).append('\n');
  }

  private static String outcome(Matcher labels) {
    return ",layer="
        + labels.group(1)
        + ",name="
        + tag(labels.group(2))
        + ",complete="
        + labels.group(3)
        + ",error="
        + labels.group(4);
  }

  private static String tag(String text) {
    String escaped = text.replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=");
    return escaped.isEmpty() ? "none" : escaped.replace("\n", " ");
  }
}
