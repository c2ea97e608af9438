package io.portcullis.plugins.prometheus;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The series of one pair of service and route. Recording takes no lock and leaves no garbage. */
final class RouteSeries {
  private static final String[] SOURCES = {"service", "kong"};

  private final RequestMetrics metrics;
  private final String names;
  private final LatencyHistogram gateway = new LatencyHistogram(LatencyHistogram.GATEWAY);
  private final LatencyHistogram upstream = new LatencyHistogram(LatencyHistogram.UPSTREAM);
  private final LatencyHistogram request = new LatencyHistogram(LatencyHistogram.UPSTREAM);
  private final ConsumerSeries anybody;
  private final ConcurrentHashMap<String, ConsumerSeries> consumers = new ConcurrentHashMap<>();

  RouteSeries(RequestMetrics metrics, String service, String route) {
    this.metrics = metrics;
    this.names =
        "service=\"" + Labels.escaped(service) + "\",route=\"" + Labels.escaped(route) + '"';
    this.anybody = new ConsumerSeries("");
  }

  void latencies(long gatewayMillis, long upstreamMillis, long totalMillis) {
    if (gatewayMillis >= 0) {
      gateway.record(gatewayMillis);
    }
    if (upstreamMillis >= 0) {
      upstream.record(upstreamMillis);
    }
    if (totalMillis >= 0) {
      request.record(totalMillis);
    }
  }

  /**
   * The series of one consumer.
   *
   * @param consumer empty for nobody in particular
   * @return null when there are too many series already
   */
  @Nullable ConsumerSeries consumer(String consumer) {
    if (consumer.isEmpty()) {
      return anybody;
    }
    ConsumerSeries series = consumers.get(consumer);
    if (series != null) {
      return series;
    }
    return metrics.mayAddSeries() ? consumers.computeIfAbsent(consumer, ConsumerSeries::new) : null;
  }

  void appendRequests(StringBuilder page) {
    anybody.appendRequests(page);
    consumers.values().forEach(series -> series.appendRequests(page));
  }

  void appendBandwidth(StringBuilder page) {
    anybody.appendBandwidth(page);
    consumers.values().forEach(series -> series.appendBandwidth(page));
  }

  void appendGatewayLatency(StringBuilder page, String name) {
    gateway.append(page, name, names + Labels.WORKSPACE);
  }

  void appendUpstreamLatency(StringBuilder page, String name) {
    upstream.append(page, name, names + Labels.WORKSPACE);
  }

  void appendRequestLatency(StringBuilder page, String name) {
    request.append(page, name, names + Labels.WORKSPACE);
  }

  /** The series of one consumer on this route. */
  final class ConsumerSeries {
    private final String tail;
    private final LongAdder ingress = new LongAdder();
    private final LongAdder egress = new LongAdder();
    private final AtomicReference<Answers[]> answers = new AtomicReference<>(new Answers[0]);

    ConsumerSeries(String consumer) {
      this.tail = Labels.WORKSPACE + ",consumer=\"" + Labels.escaped(consumer) + '"';
    }

    void answered(int status, boolean byService) {
      int source = byService ? 0 : 1;
      while (true) {
        Answers[] known = answers.get();
        for (Answers series : known) {
          if (series.status == status && series.source == source) {
            series.count.increment();
            return;
          }
        }
        if (!metrics.mayAddSeries()) {
          return;
        }
        Answers[] more = new Answers[known.length + 1];
        System.arraycopy(known, 0, more, 0, known.length);
        more[known.length] = new Answers(status, source, new LongAdder());
        answers.compareAndSet(known, more);
      }
    }

    void octets(long received, long sent) {
      ingress.add(received);
      egress.add(sent);
    }

    private void appendRequests(StringBuilder page) {
      for (Answers series : answers.get()) {
        page.append(RequestMetrics.REQUESTS).append('{').append(names).append(",code=\"");
        page.append(series.status).append("\",source=\"").append(SOURCES[series.source]);
        page.append('"').append(tail).append("} ").append(series.count.sum()).append('\n');
      }
    }

    private void appendBandwidth(StringBuilder page) {
      appendOctets(page, "egress", egress.sum());
      appendOctets(page, "ingress", ingress.sum());
    }

    private void appendOctets(StringBuilder page, String direction, long octets) {
      if (octets > 0) {
        page.append(RequestMetrics.BANDWIDTH).append('{').append(names).append(",direction=\"");
        page.append(direction).append('"').append(tail).append("} ").append(octets).append('\n');
      }
    }
  }

  private record Answers(int status, int source, LongAdder count) {}
}
