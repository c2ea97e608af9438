package io.portcullis.core.log;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a finished exchange into the JSON object that log plugins send. Shape and units are Kong
 * 3.9's log serialiser: times in milliseconds ({@code _ns} in nanoseconds), sizes in octets on the
 * wire. Thread-safe.
 */
public final class LogEntry {
  /** What {@code correlation_id} of an entry says; set by who gave the exchange one. */
  public static final ExchangeKey<String> CORRELATION_ID = ExchangeKey.named("correlation id");

  private static final String REDACTED = "REDACTED";

  private final JsonMapper json = JsonMapper.builder().build();
  private final NodeInformation node;
  private final InstantSource clock;
  private final CustomFields customFields;

  public LogEntry(NodeInformation node, InstantSource clock, CustomFields customFields) {
    this.node = node;
    this.clock = clock;
    this.customFields = customFields;
  }

  /**
   * For one configuration of a log plugin.
   *
   * @param customFields its {@code custom_fields_by_lua}; null for none
   */
  public static LogEntry of(PluginContext context, @Nullable Map<String, String> customFields) {
    return new LogEntry(
        context.node(),
        context.clock(),
        CustomFields.of(customFields == null ? Map.of() : customFields));
  }

  /** The entry as UTF-8 JSON without line breaks. */
  public byte[] bytes(ExchangeLog log) {
    return json.writeValueAsBytes(object(log));
  }

  /** The entry as a tree that is the caller's own. */
  public ObjectNode object(ExchangeLog log) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.set("request", request(log));
    entry.put("upstream_uri", log.upstreamUri());
    entry.put("upstream_status", joined(log.upstreamStatuses()));
    ObjectNode response = entry.putObject("response");
    response.put("status", log.status());
    response.set("headers", headers(log.responseHeaders(), false));
    response.put("size", log.responseSize());
    ObjectNode latencies = entry.putObject("latencies");
    latencies.put("kong", log.gatewayLatency());
    latencies.put("proxy", log.upstreamLatency());
    latencies.put("request", log.totalLatency());
    latencies.put("receive", log.receiveLatency());
    Route route = log.route();
    if (route != null) {
      entry.set("tries", tries(log.tries()));
    }
    Credential credential = log.credential();
    if (credential != null) {
      entry.putObject("authenticated_entity").put("id", credential.id().toString());
    }
    if (route != null) {
      entry.set("route", inWorkspace(route.stored()));
    }
    Service service = log.service();
    if (service != null) {
      entry.set("service", inWorkspace(service.stored()));
    }
    Consumer consumer = log.consumer();
    if (consumer != null) {
      entry.set("consumer", withoutNulls(consumer.stored()));
    }
    entry.put("client_ip", log.clientAddress());
    entry.put("started_at", log.startedAtMillis());
    entry.put("source", log.source() == Response.Source.UPSTREAM ? "upstream" : "kong");
    entry.put("workspace", node.workspaceId().toString());
    entry.put("workspace_name", "default");
    String correlation = log.exchange().get(CORRELATION_ID);
    if (correlation != null) {
      entry.put("correlation_id", correlation);
    }
    customFields.apply(entry, log, clock);
    return entry;
  }

  private static ObjectNode request(ExchangeLog log) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("id", log.requestId());
    request.put("uri", log.uri());
    request.put("url", log.scheme() + "://" + log.host() + ":" + log.port() + log.uri());
    request.set("querystring", QueryString.ofUri(log.uri()));
    request.put("method", log.method());
    // With what plugins set, as Kong has it: consumers of logs look for X-Consumer-Username.
    request.set("headers", headers(log.exchange().request().headers(), true));
    request.put("size", log.requestSize());
    ExchangeLog.Tls tls = log.tls();
    if (tls != null) {
      ObjectNode handshake = request.putObject("tls");
      handshake.put("version", tls.version());
      handshake.put("cipher", tls.cipher());
      handshake.put("client_verify", "NONE");
    }
    return request;
  }

  private static ObjectNode headers(Headers headers, boolean redact) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (redact && (name.equals("authorization") || name.equals("proxy-authorization"))) {
        object.put(name, REDACTED);
      } else {
        QueryString.add(object, name, JsonNodeFactory.instance.stringNode(headers.value(i)));
      }
    }
    return object;
  }

  private static ArrayNode tries(List<ExchangeLog.Try> tries) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(tries.size());
    for (ExchangeLog.Try attempt : tries) {
      ObjectNode object = array.addObject();
      object.put("ip", attempt.ip());
      object.put("port", attempt.port());
      object.put("balancer_start", attempt.balancerStartMillis());
      object.put("balancer_start_ns", attempt.balancerStartNanos());
      object.put("balancer_latency", attempt.balancerLatencyMillis());
      object.put("balancer_latency_ns", attempt.balancerLatencyNanos());
      String state = attempt.state();
      if (state != null) {
        object.put("state", state);
        object.put("code", attempt.code());
      }
    }
    return array;
  }

  private static String joined(List<Integer> statuses) {
    if (statuses.size() == 1) {
      return Integer.toString(statuses.getFirst());
    }
    StringBuilder text = new StringBuilder();
    for (int status : statuses) {
      if (!text.isEmpty()) {
        text.append(", ");
      }
      text.append(status);
    }
    return text.toString();
  }

  private ObjectNode inWorkspace(ObjectNode stored) {
    return withoutNulls(stored).put("ws_id", node.workspaceId().toString());
  }

  /** Members are shared with the stored entity, which never changes. */
  private static ObjectNode withoutNulls(ObjectNode stored) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (var member : stored.properties()) {
      JsonNode value = member.getValue();
      if (!value.isNull()) {
        copy.set(member.getKey(), value);
      }
    }
    return copy;
  }
}
