package io.portcullis.app.logging;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.ExchangeLog;
import org.jspecify.annotations.Nullable;

/** Writes a finished exchange as JSON with field names of the Elastic Common Schema. */
final class AccessDocument implements AccessLayout {
  private static final long NANOS_PER_MILLI = 1_000_000;

  @Override
  public String of(ExchangeLog log) {
    String uri = log.uri();
    int mark = uri.indexOf('?');
    Route route = log.route();
    Service service = log.service();
    Consumer consumer = log.consumer();
    ExchangeLog.Tls tls = log.tls();
    JsonLine line =
        new JsonLine(640)
            .time(log.startedAtMillis())
            .add("log.level", "info")
            .add("ecs.version", "8.11.0")
            .add("event.dataset", "portcullis.access")
            .add("event.duration", log.totalLatency() * NANOS_PER_MILLI)
            .add("http.request.id", log.requestId())
            .add("http.request.method", log.method())
            .add("http.request.bytes", log.requestSize())
            .add("http.request.referrer", log.requestHeaders().get("referer"))
            .add("http.version", log.exchange().request().httpVersion())
            .add("http.response.status_code", log.status())
            .add("http.response.bytes", log.responseSize())
            .add("url.scheme", log.scheme())
            .add("url.domain", log.host())
            .add("url.port", log.port())
            .add("url.path", mark < 0 ? uri : uri.substring(0, mark))
            .add("url.query", mark < 0 ? null : uri.substring(mark + 1))
            .add("client.ip", log.clientAddress())
            .add("user_agent.original", log.requestHeaders().get("user-agent"))
            .add("trace.id", traceId(log.requestHeaders().get("traceparent")))
            .add("tls.cipher", tls == null ? null : tls.cipher())
            .add("user.name", consumer == null ? null : consumer.username())
            .add("portcullis.route", route == null ? null : name(route.name(), route.id()))
            .add("portcullis.service", service == null ? null : name(service.name(), service.id()))
            .add("portcullis.latency.gateway_ms", log.gatewayLatency())
            .add("portcullis.latency.upstream_ms", log.upstreamLatency());
    if (!log.tries().isEmpty()) {
      ExchangeLog.Try last = log.tries().getLast();
      line.add("server.ip", last.ip()).add("server.port", last.port());
    }
    return line.end();
  }

  private static String name(@Nullable String name, java.util.UUID id) {
    return name == null ? id.toString() : name;
  }

  /** The second part of W3C's {@code traceparent}; null when it is not of that form. */
  private static @Nullable String traceId(@Nullable String parent) {
    return parent != null && parent.length() >= 55 && parent.charAt(2) == '-'
        ? parent.substring(3, 35)
        : null;
  }
}
