package io.portcullis.proxy.server;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response.Source;
import io.portcullis.core.plugin.WebSocketTerms;
import io.portcullis.proxy.chain.PluginRun;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.ClientStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer, ours or the upstream's, to the client: header and body filters, our own
 * lines, then the wire.
 */
final class Answer {
  private static final System.Logger LOG = System.getLogger(Answer.class.getName());
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  /** Types that Kong's web server completes with a charset when the upstream names none. */
  private static final Map<String, String> WITH_CHARSET =
      Map.of(
          "text/html", "text/html; charset=UTF-8",
          "text/plain", "text/plain; charset=UTF-8",
          "text/xml", "text/xml; charset=UTF-8",
          "text/vnd.wap.wml", "text/vnd.wap.wml; charset=UTF-8",
          "application/javascript", "application/javascript; charset=UTF-8",
          "application/rss+xml", "application/rss+xml; charset=UTF-8");

  private static final int LONGEST_COMPLETED = "application/javascript".length();

  private final GatewayExchange exchange;
  private final PluginRun run;
  private final ClientStream stream;
  private final GatewayResponse response;
  private List<BodyFilter> filters = List.of();
  private @Nullable Collected collecting;
  private boolean dropsBody;
  private boolean started;
  private boolean teTrailers;
  private boolean grpc;

  /** Whether a target of the route's service gave it. */
  private boolean proxied = true;

  Answer(GatewayExchange exchange, PluginRun run) {
    this.exchange = exchange;
    this.run = run;
    this.stream = exchange.stream;
    this.response = exchange.response;
  }

  /** Whether the head has left the plugins' hands. */
  boolean isStarted() {
    return started;
  }

  /** Sends an answer that is here completely. */
  void whole(int status, Headers lines, byte[] body, Source source, boolean fromTarget) {
    response.begin(status, lines, source);
    response.collected(body);
    byte[] content = body;
    if (!run.headerFilter()) {
      content = unexpected();
    }
    byte[] replaced = response.replacement();
    if (replaced != null) {
      content = replaced;
    }
    sendWhole(content, fromTarget);
  }

  private void sendWhole(byte[] body, boolean fromTarget) {
    started = true;
    filters = run.bodyFilters();
    byte[] content = body;
    if (!filters.isEmpty()) {
      Collected filtered = new Collected(Integer.MAX_VALUE, body.length);
      content = passes(ByteBuffer.wrap(body), true, filtered) ? filtered.bytes() : unexpected();
    }
    if (response.status() == 204 || response.status() == 304) {
      content = new byte[0];
    }
    ownLines(fromTarget);
    stream.head(response.status(), response.headers(), content.length);
    if (response.status() != 204 && response.status() != 304) {
      // The connection wrote a line of its own; this one is for those who log the answer.
      response.headers().set("content-length", Integer.toString(content.length));
    }
    if (content.length > 0) {
      stream.send(ByteBuffer.wrap(content));
    }
    stream.end(null);
    exchange.finish(response.status());
  }

  /** Begins an answer of a plugin whose body is still to come. */
  void flow(int status, Headers lines, long length) {
    proxied = false;
    response.begin(status, lines, Source.EXIT);
    if (exchange.collectedAnswerLimit() > 0 && !isBodyless(status)) {
      collecting = new Collected(exchange.collectedAnswerLimit(), length);
      return;
    }
    begin(length);
  }

  /** Begins to relay the upstream's answer. */
  void head(int status, Headers lines, long length, boolean nominates) {
    grpc = isGrpc(lines);
    long told = length;
    if (exchange.request.method().equals("HEAD") && !stream.method().equals("HEAD")) {
      // A plugin asked for the head alone; no body follows, whatever its length would be.
      told = BodyLength.NONE;
    }
    teTrailers =
        stream.headers().hasToken("te", "trailers") || grpc && stream.version().equals("2");
    clean(lines, nominates);
    response.begin(status, lines, Source.UPSTREAM);
    if (exchange.collectedAnswerLimit() > 0 && !isBodyless(status)) {
      collecting = new Collected(exchange.collectedAnswerLimit(), told);
      return;
    }
    begin(told);
  }

  private void begin(long length) {
    if (!run.headerFilter()) {
      replaceByError();
      return;
    }
    if (response.status() == 101) {
      started = true;
      ownLines(proxied);
      response.headers().set("upgrade", "websocket");
      WebSocketTerms terms = exchange.get(WebSocketTerms.KEY);
      if (terms != null) {
        stream.agree(terms);
      }
      stream.head(101, response.headers(), BodyLength.UNKNOWN);
      return;
    }
    byte[] replaced = response.replacement();
    if (replaced != null) {
      dropsBody = true;
      sendReplaced(replaced);
      return;
    }
    started = true;
    filters = run.bodyFilters();
    ownLines(proxied);
    if (length == BodyLength.NONE && !filters.isEmpty() && !isBodyless(response.status())) {
      withoutBody();
      return;
    }
    // Nor is the answer to a HEAD told a length that a filtered body would not have.
    boolean known = keepLength() || length < 0;
    stream.head(response.status(), response.headers(), known ? length : BodyLength.UNKNOWN);
  }

  private boolean keepLength() {
    for (int i = 0; i < filters.size(); i++) {
      if (!filters.get(i).keepsLength()) {
        return false;
      }
    }
    return true;
  }

  /** The upstream's answer ends with its head; what filters make of that is all there will be. */
  private void withoutBody() {
    Collected made = new Collected(Integer.MAX_VALUE, 0);
    if (!passes(EMPTY.duplicate(), true, made)) {
      exchange.broken();
      return;
    }
    filters = List.of();
    byte[] content = made.bytes();
    stream.head(
        response.status(),
        response.headers(),
        content.length == 0 ? BodyLength.NONE : content.length);
    if (content.length > 0) {
      stream.send(ByteBuffer.wrap(content));
    }
  }

  private static boolean isGrpc(Headers lines) {
    String type = lines.get("content-type");
    return type != null && type.startsWith(GrpcStatus.TYPE);
  }

  /** Ends an answer that the upstream broke off, the way a gRPC client understands if it can be. */
  void breakOff(int code, String message) {
    if (grpc && filters.isEmpty() && !dropsBody && started) {
      // A length that was promised and is not kept breaks the stream all the same.
      stream.end(GrpcStatus.trailers(code, message));
    } else {
      stream.abort();
    }
  }

  private void sendReplaced(byte[] body) {
    exchange.stopForwarding();
    sendWhole(body, proxied);
  }

  private void replaceByError() {
    exchange.stopForwarding();
    dropsBody = true;
    byte[] page = unexpected();
    sendWhole(page, proxied);
  }

  /**
   * The next part of the upstream's body, to be taken completely.
   *
   * @return false when it is more than may be collected
   */
  boolean body(ByteBuffer data) {
    Collected whole = collecting;
    if (whole != null) {
      return whole.add(data);
    }
    if (dropsBody) {
      data.position(data.limit());
    } else if (filters.isEmpty()) {
      stream.send(data);
    } else if (!passes(data, false, null)) {
      dropsBody = true;
      exchange.stopForwarding();
      exchange.broken();
    }
    return true;
  }

  /** The upstream's answer is complete. */
  void end(@Nullable Headers trailers) {
    Collected whole = collecting;
    if (whole != null) {
      collecting = null;
      byte[] body = whole.bytes();
      response.collected(body);
      byte[] content = run.headerFilter() ? body : unexpected();
      byte[] replaced = response.replacement();
      sendWhole(replaced == null ? content : replaced, proxied);
      return;
    }
    if (!filters.isEmpty()) {
      response.trailers(trailers);
      if (!passes(EMPTY.duplicate(), true, null)) {
        exchange.broken();
        return;
      }
    }
    stream.end(teTrailers ? trailers : null);
    exchange.finish(response.status());
  }

  private boolean isBodyless(int status) {
    return status == 101 || status == 204 || status == 304 || stream.method().equals("HEAD");
  }

  /** Makes the answer a 500 after a plugin failed. */
  private byte[] unexpected() {
    ErrorPage page =
        ErrorPage.of(
            ErrorPage.message(500),
            exchange.id(),
            exchange.request.headers(),
            ErrorPage.Producer.GATEWAY,
            exchange.gateway.settings().errorDefaultType());
    response.begin(500, new Headers().add("content-type", page.contentType()), Source.ERROR);
    return page.body();
  }

  /** Sends the data through the filters; if one of them fails, the answer cannot go on. */
  private boolean passes(ByteBuffer data, boolean last, @Nullable Collected sink) {
    try {
      filter(0, data, last, sink);
      return true;
    } catch (RuntimeException problem) {
      LOG.log(Level.ERROR, "an answer ends: its body cannot be filtered", problem);
      data.position(data.limit());
      return false;
    }
  }

  private void filter(int at, ByteBuffer data, boolean last, @Nullable Collected sink) {
    if (at == filters.size()) {
      if (sink != null) {
        sink.add(data);
      } else if (data.hasRemaining()) {
        stream.send(data);
      }
      return;
    }
    // What a filter gives is passed on when it returns, so that only the last of it is the last.
    List<ByteBuffer> given = new ArrayList<>(2);
    filters.get(at).filter(data, last, given::add);
    data.position(data.limit());
    int count = given.size();
    for (int i = 0; i < count; i++) {
      filter(at + 1, given.get(i), last && i == count - 1, sink);
    }
    if (last && count == 0) {
      filter(at + 1, EMPTY.duplicate(), true, sink);
    }
  }

  /** Takes out what ended at the upstream's connection. */
  private void clean(Headers lines, boolean nominates) {
    if (nominates) {
      removeNominated(lines);
    }
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.nameIs(i, "upgrade")
          || lines.nameIs(i, "keep-alive")
          || lines.nameIs(i, "proxy-connection")
          || lines.nameIs(i, "connection")
          || lines.nameIs(i, "transfer-encoding")
          || !teTrailers && lines.nameIs(i, "trailer")) {
        lines.removeAt(i);
      }
    }
  }

  private static void completeType(Headers lines) {
    int type = lines.indexOf("content-type");
    if (type >= 0 && lines.lineLength(type) <= LONGEST_COMPLETED + "content-type".length() + 4) {
      String completed = WITH_CHARSET.get(lines.value(type));
      if (completed != null) {
        lines.set("content-type", completed);
      }
    }
  }

  private static void removeNominated(Headers lines) {
    for (String value : lines.all("connection")) {
      for (String token : value.split(",")) {
        String name = token.strip().toLowerCase(java.util.Locale.ROOT);
        if (!name.equals("close") && !name.equals("content-length")) {
          lines.remove(name);
        }
      }
    }
  }

  /** Adds the lines that tell of us. */
  private void ownLines(boolean fromTarget) {
    HeaderTokens tokens = exchange.gateway.settings().headers();
    Headers lines = response.headers();
    Forward forward = exchange.forwarded();
    if (fromTarget) {
      completeType(lines);
      if (tokens.upstreamStatus() && forward != null) {
        lines.set("x-kong-upstream-status", forward.statusText());
      }
      if (tokens.via()) {
        String before = lines.get("via");
        String own = exchange.gateway.via();
        lines.set("via", before == null ? own : before + ", " + own);
      }
      if (tokens.upstreamLatency()) {
        long waited = forward == null ? 0 : forward.upstreamLatency();
        lines.set("x-kong-upstream-latency", Milliseconds.text(waited));
      }
      if (tokens.proxyLatency()) {
        long own = forward == null ? elapsed() : forward.gatewayLatency();
        lines.set("x-kong-proxy-latency", Milliseconds.text(own));
      }
    } else if (tokens.responseLatency()) {
      lines.set("x-kong-response-latency", Milliseconds.text(elapsed()));
    }
    StepTimes times = exchange.times;
    if (times != null) {
      times.done(fromTarget ? "header_filter" : "answer");
      debugLines(lines, times);
    }
    if (tokens.server() && !lines.contains("server")) {
      lines.add("server", exchange.gateway.settings().serverToken());
    }
    if (tokens.requestId()) {
      lines.set("x-kong-request-id", exchange.id());
    }
  }

  private long elapsed() {
    return Milliseconds.since(exchange.startedNanos, exchange.loop.touch());
  }

  private void debugLines(Headers lines, StepTimes times) {
    Route route = exchange.route();
    if (route != null) {
      lines.set("kong-route-id", route.id().toString());
      if (route.name() != null) {
        lines.set("kong-route-name", route.name());
      }
    }
    Service service = exchange.service();
    if (service != null) {
      lines.set("kong-service-id", service.id().toString());
      if (service.name() != null) {
        lines.set("kong-service-name", service.name());
      }
    }
    lines.set("server-timing", times.header());
  }
}
