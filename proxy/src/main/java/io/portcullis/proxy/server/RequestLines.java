package io.portcullis.proxy.server;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.LineSink;
import io.portcullis.proxy.wire.NameSet;
import io.portcullis.proxy.wire.UpstreamStream;
import org.jspecify.annotations.Nullable;

/**
 * The header lines of a request as its target gets them: the client's, without those that end here,
 * and what tells of the client and of us (Kong's rules).
 */
final class RequestLines implements UpstreamStream.Lines {
  private static final FixedLine SWITCH = FixedLine.of("Connection", "keep-alive, Upgrade");
  private static final FixedLine WEBSOCKET = FixedLine.of("Upgrade", "websocket");
  private static final FixedLine KEEP_ALIVE = FixedLine.of("Connection", "keep-alive");

  /** Lines that end here, or are written anew. */
  private static final NameSet OWN =
      NameSet.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-path",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-kong-request-id",
          "x-real-ip");

  private final GatewayExchange exchange;
  private final RouteMatch.Matched match;

  RequestLines(GatewayExchange exchange, RouteMatch.Matched match) {
    this.exchange = exchange;
    this.match = match;
  }

  @Override
  public void writeTo(LineSink sink) {
    GatewayRequest request = exchange.request;
    Headers headers = request.headers();
    boolean nominates = exchange.stream.nominates();
    // Only what was met on the way is looked for again.
    boolean forwarded = false;
    boolean via = false;
    boolean te = false;
    for (int i = 0; i < headers.size(); i++) {
      if (OWN.contains(headers, i)) {
        forwarded = forwarded || startsWithX(headers, i);
        via = via || headers.nameIs(i, "via");
        te = te || headers.nameIs(i, "te");
      } else if (!nominates || !headers.hasToken("connection", headers.name(i))) {
        sink.put(headers, i);
      }
    }
    if (exchange.stream.asksForTunnel()) {
      sink.put(SWITCH);
      sink.put(WEBSOCKET);
    } else {
      sink.put(KEEP_ALIVE);
    }
    if (te) {
      int line = headers.indexOf("te");
      if (headers.valueIs(line, "trailers")) {
        sink.put(headers, line);
      }
    }
    String before = via ? String.join(", ", headers.all("via")) : null;
    Gateway gateway = exchange.gateway;
    FixedLine own = exchange.stream.version().equals("2") ? gateway.viaLine2() : gateway.viaLine();
    if (before == null) {
      sink.put(own);
    } else {
      sink.put("Via", before + ", " + own.value());
    }
    if (exchange.gateway.settings().requestIdUpstream()) {
      sink.put("X-Kong-Request-Id", exchange.id());
    }
    forwarded(sink, request, forwarded ? headers : null);
  }

  private void forwarded(LineSink sink, GatewayRequest request, @Nullable Headers sent) {
    PeerLines peer = exchange.peer;
    String before = sent == null ? null : sent.get("x-forwarded-for");
    if (before == null) {
      sink.put(peer.forwardedFor);
    } else {
      sink.put("X-Forwarded-For", before + ", " + peer.address);
    }
    String client = exchange.clientAddress();
    if (client.equals(peer.address)) {
      sink.put(peer.realIp);
    } else {
      sink.put("X-Real-IP", client);
    }
    Headers believed = peer.trusted ? sent : null;
    line(sink, believed, "x-forwarded-proto", peer.proto);
    line(sink, believed, "x-forwarded-port", peer.port);
    line(sink, believed, "x-forwarded-host", request.hostName().forwarded());
    String path = believed == null ? null : believed.get("x-forwarded-path");
    sink.put("X-Forwarded-Path", path == null ? request.rawPath() : path);
    String prefix = believed == null ? null : believed.get("x-forwarded-prefix");
    if (prefix == null) {
      prefix = match.forwardedPrefix();
    }
    if (prefix != null) {
      sink.put("X-Forwarded-Prefix", prefix);
    }
  }

  private static void line(LineSink sink, @Nullable Headers believed, String name, FixedLine own) {
    String sent = believed == null ? null : believed.get(name);
    if (sent == null) {
      sink.put(own);
    } else {
      sink.put(own.name(), sent);
    }
  }

  private static boolean startsWithX(Headers headers, int i) {
    return !headers.nameIs(i, "host")
        && !headers.nameIs(i, "connection")
        && !headers.nameIs(i, "content-length");
  }
}
