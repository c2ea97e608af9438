package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Begins a trace, or goes on with the client's, in {@code access}; a request that was refused
 * before gets its trace later.
 */
final class OpenTelemetryHandler implements PluginHandler {
  private static final ExchangeKey<RequestTrace> KEY = ExchangeKey.named("trace");

  private final OpenTelemetryConfig config;
  private final Pipelines pipelines;
  private final Pipeline pipeline;
  private final InstantSource clock;
  private final Formats formats;
  private final String[] cleared;

  /** In lower case; null when answers do not tell. */
  private final @Nullable String answerHeader;

  OpenTelemetryHandler(OpenTelemetryConfig config, PluginContext context) {
    this.config = config;
    this.pipelines = context.shared(Pipelines.class, Pipelines::new);
    this.pipeline = pipelines.acquire(config, context);
    this.clock = context.clock();
    this.formats = Formats.of(config);
    List<String> clear = config.propagation().clear();
    this.cleared =
        clear == null
            ? new String[0]
            : clear.stream().map(name -> name.toLowerCase(Locale.ROOT)).toArray(String[]::new);
    String header = config.httpResponseHeaderForTraceid();
    this.answerHeader = header == null ? null : header.toLowerCase(Locale.ROOT);
  }

  @Override
  public Reply access(Exchange exchange) {
    RequestTrace trace = begun(exchange);
    Headers headers = exchange.request().headers();
    for (String name : cleared) {
      headers.remove(name);
    }
    trace.reachedUpstream(now(), headers);
    exchange.put(CallObserver.KEY, trace);
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    if (answerHeader == null) {
      return;
    }
    RequestTrace trace = exchange.get(KEY);
    String id = (trace == null ? begun(exchange) : trace).id();
    exchange.response().headers().set(answerHeader, id);
  }

  @Override
  public void log(ExchangeLog log) {
    Exchange exchange = log.exchange();
    RequestTrace trace = exchange.get(KEY);
    (trace == null ? begun(exchange) : trace).end(log, now());
  }

  @Override
  public void close() {
    pipelines.release(config, pipeline);
  }

  private RequestTrace begun(Exchange exchange) {
    Formats.Caller caller = formats.caller(exchange.request().headers());
    Route route = exchange.route();
    String name = route == null ? null : route.name();
    String method = exchange.request().method();
    Span span =
        pipeline
            .tracer()
            .spanBuilder(name == null ? method : method + ' ' + name)
            .setSpanKind(SpanKind.SERVER)
            .setParent(caller.context())
            .setStartTimestamp(exchange.startedAtMillis(), TimeUnit.MILLISECONDS)
            .startSpan();
    RequestTrace trace =
        new RequestTrace(
            pipeline,
            formats,
            caller,
            span,
            TimeUnit.MILLISECONDS.toNanos(exchange.startedAtMillis()));
    exchange.put(KEY, trace);
    return trace;
  }

  /** Nanoseconds since 1970. */
  private long now() {
    Instant instant = clock.instant();
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }
}
