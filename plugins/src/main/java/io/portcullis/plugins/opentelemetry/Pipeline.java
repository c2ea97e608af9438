package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * From spans that end to a collector: samples, keeps spans in a bounded queue, and sends batches
 * from a thread of its own. Ending a span never blocks.
 */
final class Pipeline {
  /** How long {@link #close} waits for the last batch. */
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);

  private static final String SCOPE = "io.portcullis";
  private static final String SERVICE_NAME = "kong";
  private static final int LONGEST_VALUE = 1024;

  /** Handlers that hold it; guarded by the map in {@link Pipelines}. */
  int users;

  private final CollectorSender sender;
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final Spans spans;

  private Pipeline(CollectorSender sender, SdkTracerProvider provider, Spans spans) {
    this.sender = sender;
    this.provider = provider;
    this.tracer = provider.get(SCOPE);
    this.spans = spans;
  }

  /**
   * Starts one.
   *
   * @throws IllegalArgumentException for an endpoint that is no URL
   */
  static Pipeline open(OpenTelemetryConfig config, PluginContext context) {
    CollectorSender sender =
        new CollectorSender(config, context.upstreams(), context.scheduler(), System::nanoTime);
    SdkTracerProviderBuilder provider =
        SdkTracerProvider.builder()
            .setResource(resource(config, context.node()))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).build());
    String endpoint = config.tracesEndpoint();
    Tracing tracing = context.tracing();
    Spans spans = Spans.of(tracing.layers());
    if (endpoint == null || tracing.layers().isEmpty()) {
      return new Pipeline(sender, provider.setSampler(Sampler.alwaysOff()).build(), spans);
    }
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(exporter(endpoint, config, sender))
            .setMeterProvider(MeterProvider.noop())
            .setMaxQueueSize(config.capacity())
            .setMaxExportBatchSize(config.batchSize())
            .setScheduleDelay(config.delay())
            .setExporterTimeout(config.retrying().plus(config.sending()))
            .build();
    return new Pipeline(
        sender,
        provider
            .setSampler(new ShareOfTraces(config.rate(tracing)))
            .addSpanProcessor(batches)
            .build(),
        spans);
  }

  Tracer tracer() {
    return tracer;
  }

  /** Which spans are made. */
  Spans spans() {
    return spans;
  }

  /** Sends what waits, and no more after it. */
  void close() {
    sender.hurry();
    provider.shutdown().join(FLUSH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static OtlpHttpSpanExporter exporter(
      String endpoint, OpenTelemetryConfig config, CollectorSender sender) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setMeterProvider(MeterProvider.noop())
            .setEndpoint(endpoint)
            .setTimeout(config.sending())
            .setRetryPolicy(null)
            .setComponentLoader(sender);
    Map<String, String> headers = config.headers();
    if (headers != null) {
      headers.forEach(exporter::addHeader);
    }
    return exporter.build();
  }

  private static Resource resource(OpenTelemetryConfig config, NodeInformation node) {
    String server = node.serverToken();
    AttributesBuilder attributes =
        Attributes.builder()
            .put("service.name", SERVICE_NAME)
            .put("service.version", server.substring(server.indexOf('/') + 1))
            .put("service.instance.id", node.nodeId().toString());
    Map<String, String> configured = config.resourceAttributes();
    if (configured != null) {
      configured.forEach(attributes::put);
    }
    return Resource.getDefault().merge(Resource.create(attributes.build()));
  }
}
