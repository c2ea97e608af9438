package io.portcullis.plugins.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one request. Of a URL they tell the path alone: a query may hold keys. The thread
 * that runs a phase uses it, and calls of plugins from any thread.
 */
final class RequestTrace implements CallObserver {
  private static final AttributeKey<String> METHOD = stringKey("http.method");
  private static final AttributeKey<String> SCHEME = stringKey("http.scheme");
  private static final AttributeKey<String> HOST = stringKey("http.host");
  private static final AttributeKey<String> TARGET = stringKey("http.target");
  private static final AttributeKey<String> FLAVOR = stringKey("http.flavor");
  private static final AttributeKey<String> CLIENT = stringKey("http.client_ip");
  private static final AttributeKey<Long> STATUS = longKey("http.status_code");
  private static final AttributeKey<String> PEER_NAME = stringKey("net.peer.name");
  private static final AttributeKey<String> PEER_ADDRESS = stringKey("net.peer.ip");
  private static final AttributeKey<Long> PEER_PORT = longKey("net.peer.port");
  private static final AttributeKey<Long> TRIES = longKey("try_count");
  private static final AttributeKey<String> REQUEST_ID = stringKey("kong.request.id");
  private static final AttributeKey<String> SOURCE = stringKey("kong.response.source");
  private static final AttributeKey<String> ROUTE_ID = stringKey("kong.route.id");
  private static final AttributeKey<String> ROUTE_NAME = stringKey("kong.route.name");
  private static final AttributeKey<String> SERVICE_ID = stringKey("kong.service.id");
  private static final AttributeKey<String> SERVICE_NAME = stringKey("kong.service.name");
  private static final AttributeKey<String> CONSUMER_ID = stringKey("kong.consumer.id");

  private static final String ACCESS = "access";
  private static final String UPSTREAM = "upstream";
  private static final String TRY = "try";
  private static final String ANSWER_BEGAN = "answer began";
  private static final int SERVER_ERROR = 500;
  private static final int BAD_REQUEST = 400;
  private static final CallObserver.Call UNTOLD = (_, _) -> {};

  private final Tracer tracer;
  private final Spans spans;

  /** Never ended, and so never sent, when requests are no spans. */
  private final Span server;

  /** What calls and phases are parts of. */
  private final Context context;

  private final boolean sampled;
  private final Formats formats;
  private final Formats.Caller caller;

  /** Nanoseconds since 1970, as are all times here. */
  private final long started;

  private long accessEnded;

  /** Never ended, and so never sent, when the upstream is not called. */
  private @Nullable Span upstream;

  /**
   * @param formats in which calls carry the trace
   * @param server the span of the request itself
   */
  RequestTrace(
      Pipeline pipeline, Formats formats, Formats.Caller caller, Span server, long started) {
    this.tracer = pipeline.tracer();
    this.spans = pipeline.spans();
    this.server = server;
    this.sampled = server.getSpanContext().isSampled();
    boolean stands = sampled && !spans.request() && caller.format() != null;
    this.context = stands ? caller.context() : Context.root().with(server);
    this.formats = formats;
    this.caller = caller;
    this.started = started;
  }

  /** 32 lower-case hex digits. */
  String id() {
    return server.getSpanContext().getTraceId();
  }

  /**
   * The plugins let the request pass.
   *
   * @param headers that the upstream will get
   */
  void reachedUpstream(long now, Headers headers) {
    formats.write(sampled ? upstream(now) : context, caller, headers);
  }

  /** The parent of what the upstream does. */
  private Context upstream(long now) {
    accessEnded = Math.max(started, now);
    if (!spans.upstream()) {
      return context;
    }
    Span call = child(UPSTREAM, SpanKind.CLIENT, accessEnded).startSpan();
    upstream = call;
    return context.with(call);
  }

  @Override
  public CallObserver.Call begun(String name, String method, URI uri, Headers headers) {
    Context called = context;
    CallObserver.Call told = UNTOLD;
    if (sampled && spans.calls()) {
      SpanBuilder builder =
          tracer
              .spanBuilder(method + ' ' + name)
              .setSpanKind(SpanKind.CLIENT)
              .setParent(context)
              .setAttribute(METHOD, method)
              .setAttribute(SCHEME, uri.getScheme())
              .setAttribute(PEER_NAME, uri.getHost())
              .setAttribute(TARGET, uri.getRawPath());
      if (uri.getPort() > 0) {
        builder.setAttribute(PEER_PORT, (long) uri.getPort());
      }
      Span span = builder.startSpan();
      called = context.with(span);
      told = (status, failure) -> end(span, status, failure);
    }
    formats.write(called, caller, headers);
    return told;
  }

  /** The answer went out, and all spans but those of calls under way are complete. */
  void end(ExchangeLog log, long now) {
    if (!sampled) {
      return;
    }
    long end = Math.max(now, Math.max(accessEnded, started + nanos(log.totalLatency())));
    if (spans.plugins()) {
      child(ACCESS, SpanKind.INTERNAL, started)
          .startSpan()
          .end(accessEnded == 0 ? end : accessEnded, TimeUnit.NANOSECONDS);
    }
    List<ExchangeLog.Try> tries = log.tries();
    Span call = upstream;
    if (call != null && !tries.isEmpty()) {
      endUpstream(call, log, tries, end);
    }
    if (spans.request()) {
      describe(log);
      server.end(end, TimeUnit.NANOSECONDS);
    }
  }

  private void describe(ExchangeLog log) {
    server
        .setAttribute(METHOD, log.method())
        .setAttribute(SCHEME, log.scheme())
        .setAttribute(HOST, log.host())
        .setAttribute(TARGET, path(log.uri()))
        .setAttribute(FLAVOR, log.exchange().request().httpVersion())
        .setAttribute(CLIENT, log.clientAddress())
        .setAttribute(STATUS, (long) log.status())
        .setAttribute(SOURCE, log.source() == Response.Source.UPSTREAM ? "upstream" : "kong")
        .setAttribute(REQUEST_ID, log.requestId());
    Route route = log.route();
    if (route != null) {
      server.setAttribute(ROUTE_ID, route.id().toString()).setAttribute(ROUTE_NAME, route.name());
    }
    Service service = log.service();
    if (service != null) {
      server
          .setAttribute(SERVICE_ID, service.id().toString())
          .setAttribute(SERVICE_NAME, service.name());
    }
    Consumer consumer = log.consumer();
    if (consumer != null) {
      server.setAttribute(CONSUMER_ID, consumer.id().toString());
    }
    if (log.status() >= SERVER_ERROR) {
      server.setStatus(StatusCode.ERROR);
    }
  }

  /** Tries are spans of their own when there are several. */
  private void endUpstream(Span call, ExchangeLog log, List<ExchangeLog.Try> tries, long end) {
    long answered =
        log.upstreamLatency() < 0
            ? end
            : Math.clamp(
                started + nanos(log.gatewayLatency() + log.upstreamLatency()), accessEnded, end);
    if (tries.size() > 1) {
      Context parent = context.with(call);
      for (int i = 0; i < tries.size(); i++) {
        ExchangeLog.Try one = tries.get(i);
        long from = Math.clamp(one.balancerStartNanos(), accessEnded, end);
        long to = i + 1 < tries.size() ? tries.get(i + 1).balancerStartNanos() : answered;
        Span span =
            child(TRY, SpanKind.CLIENT, from)
                .setParent(parent)
                .setAttribute(TRIES, (long) i + 1)
                .startSpan();
        endTry(span, one, log.upstreamStatuses().get(i), Math.clamp(to, from, end));
      }
    }
    call.setAttribute(TRIES, (long) tries.size());
    call.setAttribute(METHOD, log.exchange().request().method());
    call.setAttribute(TARGET, path(log.upstreamUri()));
    if (log.upstreamLatency() >= 0) {
      call.addEvent(ANSWER_BEGAN, answered, TimeUnit.NANOSECONDS);
    }
    int last = tries.size() - 1;
    endTry(call, tries.get(last), log.upstreamStatuses().get(last), end);
  }

  private static void endTry(Span span, ExchangeLog.Try one, int status, long end) {
    span.setAttribute(PEER_ADDRESS, one.ip());
    span.setAttribute(PEER_PORT, (long) one.port());
    span.setAttribute(STATUS, (long) status);
    if (one.state() != null || status >= SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(end, TimeUnit.NANOSECONDS);
  }

  private static void end(Span span, int status, @Nullable Throwable failure) {
    if (status > 0) {
      span.setAttribute(STATUS, (long) status);
    }
    if (failure != null || status >= BAD_REQUEST) {
      // Not the failure's message: it may quote the URL.
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private SpanBuilder child(String name, SpanKind kind, long from) {
    return tracer
        .spanBuilder(name)
        .setSpanKind(kind)
        .setParent(context)
        .setStartTimestamp(from, TimeUnit.NANOSECONDS);
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
