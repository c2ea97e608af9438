package io.portcullis.plugins.gelflog;

import io.portcullis.core.plugin.ExchangeLog;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a finished exchange into a message of GELF 1.1: times in milliseconds, sizes in octets on
 * the wire. Thread-safe.
 */
final class GelfMessage {
  /** Syslog's severities, which GELF uses. */
  private static final int ERROR = 3;

  private static final int WARNING = 4;
  private static final int INFORMATIONAL = 6;

  private final JsonMapper json = JsonMapper.builder().build();
  private final String hostname;
  private final @Nullable String facility;

  GelfMessage(String hostname, @Nullable String facility) {
    this.hostname = hostname;
    this.facility = facility;
  }

  byte[] bytes(ExchangeLog log) {
    ObjectNode message = json.createObjectNode();
    message.put("version", "1.1");
    message.put("host", hostname);
    message.put("short_message", log.method() + " " + log.uri() + " " + log.status());
    message.put("timestamp", BigDecimal.valueOf(log.startedAtMillis(), 3));
    message.put("level", level(log.status()));
    if (facility != null) {
      message.put("_facility", facility);
    }
    message.put("_method", log.method());
    message.put("_host", log.host());
    message.put("_uri", log.uri());
    message.put("_status", log.status());
    message.put("_client_ip", log.clientAddress());
    message.put("_request_id", log.requestId());
    var route = log.route();
    if (route != null && route.name() != null) {
      message.put("_route", route.name());
    }
    var service = log.service();
    if (service != null && service.name() != null) {
      message.put("_service", service.name());
    }
    message.put("_request_size", log.requestSize());
    message.put("_response_size", log.responseSize());
    message.put("_latency", log.totalLatency());
    message.put("_gateway_latency", log.gatewayLatency());
    if (log.upstreamLatency() >= 0) {
      message.put("_upstream_latency", log.upstreamLatency());
    }
    return json.writeValueAsBytes(message);
  }

  private static int level(int status) {
    if (status >= 500) {
      return ERROR;
    }
    return status >= 400 ? WARNING : INFORMATIONAL;
  }
}
