package io.portcullis.plugins.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A collector of traces on loopback: takes OTLP's protobuf over HTTP and keeps what came. */
public final class OtlpReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Traced> spans = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

  private OtlpReceiver(HttpServer server) {
    this.server = server;
  }

  public static OtlpReceiver start() {
    try {
      OtlpReceiver receiver =
          new OtlpReceiver(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64));
      receiver.server.setExecutor(receiver.threads);
      receiver.server.createContext("/v1/traces", receiver::receive);
      receiver.server.start();
      return receiver;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/v1/traces";
  }

  /** All spans so far, in the order they came. */
  public List<Traced> spans() {
    return spans;
  }

  /** The one span of that name. */
  public Traced span(String name) {
    List<Traced> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " spans " + name + " among " + spans);
    }
    return found.getFirst();
  }

  /** What described the sender, for each batch. */
  public List<Map<String, String>> resources() {
    return resources;
  }

  /** Headers of each batch. */
  public List<Map<String, List<String>>> headers() {
    return headers;
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      for (ResourceSpans group : request.getResourceSpansList()) {
        resources.add(attributes(group.getResource().getAttributesList()));
        for (ScopeSpans scope : group.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(Traced.of(span)));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    Map<String, String> attributes = new HashMap<>();
    for (KeyValue attribute : list) {
      attributes.put(
          attribute.getKey(),
          attribute.getValue().hasIntValue()
              ? Long.toString(attribute.getValue().getIntValue())
              : attribute.getValue().getStringValue());
    }
    return attributes;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /**
   * A span.
   *
   * @param parent its id in hexadecimal digits; empty for the first of a trace
   * @param start nanoseconds since 1970, as is {@code end}
   */
  public record Traced(
      String name,
      String trace,
      String id,
      String parent,
      Span.SpanKind kind,
      long start,
      long end,
      boolean failed,
      Map<String, String> attributes) {
    private static Traced of(Span span) {
      HexFormat hex = HexFormat.of();
      return new Traced(
          span.getName(),
          hex.formatHex(span.getTraceId().toByteArray()),
          hex.formatHex(span.getSpanId().toByteArray()),
          hex.formatHex(span.getParentSpanId().toByteArray()),
          span.getKind(),
          span.getStartTimeUnixNano(),
          span.getEndTimeUnixNano(),
          span.getStatus().getCodeValue() == 2,
          OtlpReceiver.attributes(span.getAttributesList()));
    }
  }
}
