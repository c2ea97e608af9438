package io.portcullis.proxy.server;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.balancing.BalancedAddress;
import io.portcullis.proxy.balancing.Pick;
import io.portcullis.proxy.balancing.StickyCookie;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.server.ErrorPage.Producer;
import io.portcullis.proxy.upstream.Attempt;
import io.portcullis.proxy.upstream.TargetAddress;
import io.portcullis.proxy.upstream.TargetAddress.Protocol;
import io.portcullis.proxy.upstream.UpstreamClient;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request to its target and of the answer back: tries, retries, and the bodies as
 * they stream. Runs on the exchange's I/O thread.
 */
final class Forward implements UpstreamStream.Listener {
  private static final System.Logger LOG = System.getLogger(Forward.class.getName());
  private final GatewayExchange exchange;
  private final ClientStream stream;
  private final Forwarding forwarding;
  private final UpstreamClient client;
  private final String path;
  private final RequestLines lines;
  private @Nullable FixedLine host;
  private Pick.@Nullable Target target;

  /** Targets that have failed this request. */
  private List<Pick.Target> tried = List.of();

  /** Where the try counts as under way; null before and after, and for what is not balanced. */
  private @Nullable BalancedAddress busy;

  private @Nullable Attempt connecting;
  private @Nullable UpstreamStream upstream;
  private @Nullable Answer answer;
  private @Nullable List<ExchangeLog.Try> tries;
  private @Nullable List<Integer> statuses;

  /** What came of the request's body, for the next try. */
  private @Nullable Collected kept;

  /** The body's replacement by a plugin, or what it collected. */
  private byte @Nullable [] fixed;

  private @Nullable BodyFilter bodyFilter;
  private long bodyLength;
  private boolean bodyOver;
  private @Nullable Headers trailers;
  private boolean replayable = true;

  /** The body is collected, in the hope that it ends soon and has a length then. */
  private boolean holding;

  private boolean interim;

  /** The client became a WebSocket. */
  private boolean tunnel;

  private boolean freshOnly;
  private boolean cancelled;
  private int attempts;
  private int failures;
  private long bodyOctets;

  /** Octets of the body as the client sent it. */
  private long receivedOctets;

  private long calledNanos;
  private long headNanos;
  private long tryMillis;
  private long triedNanos;

  Forward(GatewayExchange exchange, RouteMatch.Matched match, Forwarding forwarding) {
    this.exchange = exchange;
    this.stream = exchange.stream;
    this.forwarding = forwarding;
    this.client = exchange.gateway.clients().get(stream.loop().index());
    GatewayRequest request = exchange.request;
    String own = request.upstreamPath();
    String base = own == null ? match.upstreamPath(request.path()) : own;
    String query = request.rawQuery();
    this.path = query == null ? base : base + '?' + query;
    this.lines = new RequestLines(exchange, match);
  }

  /** Decides what to do about the body, and begins. */
  void start() {
    byte[] whole = exchange.request.body();
    if (forwarding.protocol == Protocol.HTTP_2) {
      // A gRPC client may be silent for long while it listens; the target's timeouts watch over it.
      stream.awaitPatiently();
    }
    BodyFilter filter = exchange.request.bodyFilter();
    if (filter != null && whole != null) {
      Collected filtered = new Collected(Integer.MAX_VALUE, whole.length);
      if (!filter(filter, ByteBuffer.wrap(whole), true, filtered::add)) {
        return;
      }
      whole = filtered.bytes();
    }
    if (stream.asksForTunnel() && forwarding.protocol == Protocol.HTTP_1_1) {
      bodyLength = BodyLength.TUNNEL;
    } else if (whole != null) {
      fixed = whole;
      bodyOver = true;
      bodyLength =
          whole.length == 0 && stream.bodyLength() == BodyLength.NONE
              ? BodyLength.NONE
              : whole.length;
    } else {
      bodyFilter = filter;
      bodyLength = stream.bodyLength();
      if (filter != null && bodyLength >= 0) {
        bodyLength = BodyLength.UNKNOWN;
      }
      bodyOver = bodyLength == BodyLength.NONE || stream.isBodyRead();
      if (bodyLength == BodyLength.UNKNOWN && !bodyOver && forwarding.holdsBody) {
        holding = true;
        stream.readBody();
        return;
      }
    }
    next();
  }

  // Tries

  private void next() {
    if (exchange.mayBeLogged()) {
      tryMillis = System.currentTimeMillis();
    }
    Pick pick = forwarding.balancer.pick(exchange, tried, stream.loop(), this::pickedLater);
    picked(pick);
  }

  private void pickedLater(Pick pick) {
    if (!cancelled) {
      stream.loop().touch();
      picked(pick);
      stream.flush();
    }
  }

  private void picked(Pick pick) {
    switch (pick) {
      case Pick.Target found -> {
        target = found;
        call(found, false);
      }
      case Pick.Waiting _ -> {}
      case Pick.NameNotFound _ -> exchange.error(503, "name resolution failed", Producer.GATEWAY);
      case Pick.ResolveFailed failed ->
          exchange.error(
              500,
              "failed the initial dns/balancer resolve for '"
                  + failed.host()
                  + "' with: "
                  + failed.problem(),
              Producer.GATEWAY);
      case Pick.NoTarget _ ->
          exchange.error(
              503,
              attempts == 0
                  ? "failure to get a peer from the ring-balancer"
                  : ErrorPage.message(503),
              Producer.GATEWAY);
    }
  }

  private void call(Pick.Target found, boolean anew) {
    attempts++;
    if (calledNanos == 0) {
      calledNanos = stream.loop().nanos();
    }
    BalancedAddress balanced = found.balanced();
    if (balanced != null) {
      busy = balanced;
      triedNanos = stream.loop().nanos();
      balanced.began();
    }
    FixedLine asked = exchange.request.upstreamHost();
    FixedLine line = asked == null ? forwarding.host(exchange.request.hostName(), found) : asked;
    host = line;
    TargetAddress address = forwarding.address(found, line);
    connecting =
        anew
            ? client.connectAnew(address, forwarding.timeouts, this)
            : client.connect(address, forwarding.timeouts, isSafe(), this);
  }

  @Override
  public void connected(UpstreamStream established) {
    connecting = null;
    upstream = established;
    exchange.done("connect");
    FixedLine line = host;
    if (line == null) {
      throw new IllegalStateException("a connection that nobody asked for");
    }
    established.head(exchange.request.method(), path, line, bodyLength, lines);
    byte[] whole = fixed;
    Collected before = kept;
    if (bodyLength == BodyLength.TUNNEL) {
      established.flush();
      return;
    }
    if (whole != null) {
      if (whole.length > 0) {
        established.send(ByteBuffer.wrap(whole));
      }
    } else if (before != null) {
      established.send(before.view());
      if (before.length() > exchange.gateway.settings().replayLimit()) {
        forgetBody();
      }
    }
    if (bodyOver) {
      established.end(trailers);
    } else if (!stream.readBody()) {
      established.flush();
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    connecting = null;
    upstream = null;
    BalancedAddress balanced = busy;
    leave();
    if (cancelled) {
      return;
    }
    if (bodyLength == BodyLength.TUNNEL) {
      tellOfWebSocket(failure);
    }
    if (answer != null) {
      tried(failure.kind().status(), true);
      if (exchange.isAnswered()) {
        exchange.broken(failure);
      } else {
        refuse(failure);
      }
      return;
    }
    boolean mayRepeat =
        replayable
            && !interim
            && failure.kind() != UpstreamFailure.Kind.MALFORMED
            && (!failure.sent() || isSafe());
    Pick.Target same = target;
    if (mayRepeat
        && failure.reused()
        && failure.kind() == UpstreamFailure.Kind.CLOSED
        && !freshOnly
        && same != null) {
      // The target gave up a kept connection while the request was on its way: no failure of its.
      freshOnly = true;
      attempts--;
      call(same, true);
      return;
    }
    tried(failure.kind().status(), true);
    boolean repeats = mayRepeat && failures < forwarding.retries;
    boolean keptOneEnded = failure.reused() && failure.kind() == UpstreamFailure.Kind.CLOSED;
    if (balanced != null && !keptOneEnded) {
      balanced.failed(failure.isTimeout(), !repeats);
    }
    if (repeats) {
      failures++;
      avoid(same);
      next();
      return;
    }
    refuse(failure);
  }

  private void avoid(Pick.@Nullable Target failed) {
    if (failed != null) {
      if (tried.isEmpty()) {
        tried = new ArrayList<>(2);
      }
      tried.add(failed);
    }
  }

  /** The try is over. */
  private void leave() {
    BalancedAddress balanced = busy;
    if (balanced != null) {
      busy = null;
      balanced.ended();
    }
  }

  private void tellOfWebSocket(UpstreamFailure failure) {
    Pick.Target to = target;
    LOG.log(
        Level.WARNING,
        "websocket {0} to {1}:{2} {3}: {4}",
        exchange.request.rawPath(),
        to == null ? "" : to.text(),
        to == null ? "" : Integer.toString(to.address().getPort()),
        tunnel ? "ends" : "is not opened",
        failure.detail());
  }

  private void refuse(UpstreamFailure failure) {
    headNanos = stream.loop().nanos();
    exchange.failed(failure);
  }

  /** Whether the request may reach a target twice (RFC 9110, 9.2.2, with Kong's list). */
  private boolean isSafe() {
    return switch (exchange.request.method()) {
      case "POST", "LOCK", "PATCH" -> false;
      default -> true;
    };
  }

  /** Gives up, whatever the state; nobody is told. */
  void cancel() {
    cancelled = true;
    leave();
    Attempt attempt = connecting;
    if (attempt != null) {
      attempt.cancel();
      connecting = null;
    }
    UpstreamStream current = upstream;
    if (current != null) {
      upstream = null;
      current.cancel();
    }
  }

  // The request's body

  void requestBody(ByteBuffer data) {
    if (!tunnel) {
      receivedOctets += data.remaining();
      Reply.Refusal refusal = exchange.request.refusalOf(receivedOctets);
      if (refusal != null) {
        tooLong(data, refusal);
        return;
      }
    }
    BodyFilter filter = bodyFilter;
    if (filter == null) {
      take(data);
    } else {
      filter(filter, data, false, this::take);
    }
  }

  private void tooLong(ByteBuffer data, Reply.Refusal refusal) {
    data.position(data.limit());
    cancel();
    stream.pauseBody();
    if (exchange.isAnswered()) {
      exchange.broken();
    } else {
      exchange.refuse(refusal);
    }
  }

  /** Whether what came is good; if not, the exchange is answered. */
  private boolean filter(
      BodyFilter filter, ByteBuffer data, boolean last, Consumer<ByteBuffer> taker) {
    try {
      filter.filter(data, last, taker);
      return true;
    } catch (RuntimeException problem) {
      LOG.log(Level.DEBUG, "a body that cannot be translated", problem);
      data.position(data.limit());
      cancel();
      stream.pauseBody();
      if (exchange.isAnswered()) {
        exchange.broken();
      } else {
        exchange.refuse(400);
      }
      return false;
    }
  }

  private void take(ByteBuffer data) {
    if (tunnel) {
      passOn(data);
      return;
    }
    int count = data.remaining();
    bodyOctets += count;
    long limit = exchange.gateway.settings().bodyLimit();
    if (limit > 0 && bodyOctets > limit) {
      data.position(data.limit());
      cancel();
      stream.pauseBody();
      if (exchange.isAnswered()) {
        exchange.broken();
      } else {
        exchange.refuse(413);
      }
      return;
    }
    UpstreamStream current = upstream;
    int keep = exchange.gateway.settings().replayLimit();
    if (replayable) {
      Collected before = kept;
      int already = before == null ? 0 : before.length();
      if (current == null || already + count <= keep) {
        if (before == null) {
          before = new Collected(Integer.MAX_VALUE, Math.min(bodyLength, keep));
          kept = before;
        }
        before.add(current == null ? data : data.duplicate());
      } else {
        forgetBody();
      }
    }
    if (current != null) {
      current.send(data);
      if (current.isCongested()) {
        stream.pauseBody();
      }
      return;
    }
    data.position(data.limit());
    Collected before = kept;
    if (before != null && before.length() > keep) {
      stream.pauseBody();
      if (holding) {
        holding = false;
        next();
      }
    }
  }

  private void passOn(ByteBuffer data) {
    UpstreamStream current = upstream;
    if (current == null) {
      data.position(data.limit());
      return;
    }
    current.send(data);
    if (current.isCongested()) {
      stream.pauseBody();
    }
  }

  void requestEnd(@Nullable Headers ending) {
    BodyFilter filter = bodyFilter;
    if (filter != null && !filter(filter, ByteBuffer.allocate(0), true, this::take)) {
      return;
    }
    bodyOver = true;
    trailers = ending;
    UpstreamStream current = upstream;
    if (current != null) {
      current.end(ending);
    } else if (holding) {
      holding = false;
      if (ending == null) {
        Collected before = kept;
        bodyLength = before == null ? 0 : before.length();
      }
      next();
    }
  }

  void requestPaused() {
    UpstreamStream current = upstream;
    if (current != null) {
      current.flush();
      if (current.isCongested()) {
        stream.pauseBody();
      }
    }
  }

  @Override
  public void requestWritable() {
    if (!bodyOver) {
      stream.readBody();
    }
  }

  private void forgetBody() {
    replayable = false;
    kept = null;
  }

  // The answer

  @Override
  public void interim(int status, Headers headers) {
    interim = true;
    stream.interim(status, headers);
  }

  @Override
  public void answerHead(int status, Headers headers, long length, boolean nominates) {
    headNanos = stream.loop().nanos();
    tried(status, false);
    exchange.done("upstream");
    BalancedAddress balanced = busy;
    if (balanced != null) {
      balanced.answered(status, headNanos - triedNanos);
      StickyCookie cookie = exchange.get(StickyCookie.KEY);
      if (cookie != null) {
        cookie.addTo(headers);
      }
    }
    Answer relay = exchange.relay();
    answer = relay;
    forgetBody();
    relay.head(status, headers, length, nominates);
    if (status == 101 && !cancelled) {
      tunnel = true;
      stream.flush();
      stream.readBody();
    }
  }

  @Override
  public void answerBody(ByteBuffer data) {
    Answer relay = answer;
    if (relay == null) {
      data.position(data.limit());
      return;
    }
    if (!relay.body(data)) {
      data.position(data.limit());
      cancel();
      exchange.error(502, ErrorPage.message(502), Producer.SERVER);
      return;
    }
    slowDown();
  }

  @Override
  public void answerPaused() {
    stream.flush();
    slowDown();
  }

  private void slowDown() {
    UpstreamStream current = upstream;
    if (current != null && stream.isCongested()) {
      current.pause();
    }
  }

  void answerWritable() {
    UpstreamStream current = upstream;
    if (current != null) {
      current.resume();
    }
  }

  @Override
  public void answerEnd(@Nullable Headers ending) {
    upstream = null;
    leave();
    Answer relay = answer;
    if (relay != null) {
      relay.end(ending);
    }
  }

  // For header lines and the log

  private void tried(int status, boolean failed) {
    if (!exchange.mayBeLogged() && !exchange.gateway.settings().headers().upstreamStatus()) {
      return;
    }
    List<Integer> known = statuses;
    if (known == null) {
      known = new ArrayList<>(2);
      statuses = known;
      tries = new ArrayList<>(2);
    }
    known.add(status);
    Pick.Target to = target;
    List<ExchangeLog.Try> all = tries;
    if (to != null && all != null) {
      all.add(
          new ExchangeLog.Try(
              to.text(),
              to.address().getPort(),
              tryMillis,
              tryMillis * 1_000_000,
              0,
              0,
              failed ? "failed" : null,
              failed ? status : 0));
    }
  }

  List<ExchangeLog.Try> tries() {
    List<ExchangeLog.Try> all = tries;
    return all == null ? List.of() : all;
  }

  List<Integer> statuses() {
    List<Integer> all = statuses;
    return all == null ? List.of() : all;
  }

  /** The statuses so far, as {@code X-Kong-Upstream-Status} tells them. */
  String statusText() {
    StringBuilder text = new StringBuilder();
    for (int status : statuses()) {
      text.append(text.isEmpty() ? "" : ", ").append(status);
    }
    return text.toString();
  }

  /** Whether a target was chosen, so that the answer counts as proxied. */
  boolean wasCalled() {
    return calledNanos != 0;
  }

  String upstreamUri() {
    return path;
  }

  long gatewayLatency() {
    return Milliseconds.since(exchange.startedNanos, calledNanos);
  }

  /** -1 when there was no answer. */
  long upstreamLatency() {
    return headNanos == 0 ? -1 : Milliseconds.since(calledNanos, headNanos);
  }

  long headNanos() {
    return headNanos;
  }
}
