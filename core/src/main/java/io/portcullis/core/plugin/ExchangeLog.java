package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished exchange, as the {@code log} phase sees it: numbers and headers as they were on the
 * wire. Valid during the call; who keeps something copies it.
 */
public interface ExchangeLog {
  Exchange exchange();

  @Nullable Route route();

  @Nullable Service service();

  @Nullable Consumer consumer();

  @Nullable Credential credential();

  String requestId();

  String method();

  /** Path and query as the client sent them. */
  String uri();

  String scheme();

  String host();

  /** Port that the client addressed: of the listener. */
  int port();

  /** Request headers as received. */
  Headers requestHeaders();

  /** Octets of the request, head and body. */
  long requestSize();

  /** TLS version and cipher of the client connection; null for cleartext. */
  @Nullable Tls tls();

  int status();

  /** Response headers as sent. */
  Headers responseHeaders();

  /** Octets of the answer, head and body. */
  long responseSize();

  /** Path and query that went upstream; empty when no route matched. */
  String upstreamUri();

  /** Statuses of the tries in order, an upstream's own or 502/504; empty when nothing was sent. */
  List<Integer> upstreamStatuses();

  List<Try> tries();

  Response.Source source();

  String clientAddress();

  /** Milliseconds since 1970. */
  long startedAtMillis();

  /** Milliseconds until the upstream was called, or of the whole exchange when it was not. */
  long gatewayLatency();

  /** Milliseconds from sending to the answer's head; -1 when the upstream was not called. */
  long upstreamLatency();

  /** Milliseconds from the first byte to the last. */
  long totalLatency();

  /** Milliseconds the answer's body took. */
  long receiveLatency();

  /** Whether the client went away before the end. */
  boolean clientAborted();

  /** One attempt at one address. */
  record Try(
      String ip,
      int port,
      long balancerStartMillis,
      long balancerStartNanos,
      long balancerLatencyMillis,
      long balancerLatencyNanos,
      @Nullable String state,
      int code) {}

  /** What the handshake of the client connection agreed on, {@code TLSv1.3} for example. */
  record Tls(String version, String cipher) {}
}
