package io.portcullis.proxy.server;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import io.portcullis.core.plugin.Response.Source;
import io.portcullis.proxy.chain.PluginChain;
import io.portcullis.proxy.chain.PluginRun;
import io.portcullis.proxy.routing.CompiledRoute;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.routing.RoutingTable;
import io.portcullis.proxy.server.ErrorPage.Producer;
import io.portcullis.proxy.upstream.LiteralAddress;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.UpstreamFailure;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One request on its path: rewrite, match, access, then the upstream or an answer of our own, at
 * the end the log. Runs on its stream's I/O thread.
 */
final class GatewayExchange implements Exchange, ClientStream.Listener {
  private static final System.Logger LOG = System.getLogger(GatewayExchange.class.getName());
  private static final int CLIENT_GONE = 499;

  /** Sixteen octets in base64. */
  private static final int KEY_LENGTH = 24;

  final Gateway gateway;
  final ClientStream stream;
  final IoLoop loop;
  final PeerLines peer;
  final GatewayRequest request;
  final GatewayResponse response = new GatewayResponse();
  final long startedNanos;
  final @Nullable StepTimes times;
  private final RoutingTable table;
  private final long startedMillis;
  private final String clientAddress;
  private @Nullable String id;
  private @Nullable CompiledRoute route;
  private RouteMatch.@Nullable Matched match;
  private PluginChain chain;
  private @Nullable PluginRun run;
  private @Nullable Forward forward;
  private @Nullable Answer answer;
  private @Nullable Consumer consumer;
  private @Nullable Credential credential;
  private @Nullable IdentityHashMap<ExchangeKey<?>, Object> attributes;

  /** The request body while it is collected for the plugins; null before and after. */
  private @Nullable Collected collecting;

  /** A plugin has the exchange and will give it back. */
  private boolean lent;

  /** Tells that plugin that nobody waits any more; null when it does not care. */
  private @Nullable Runnable abandon;

  private @Nullable FlowingAnswer flowing;

  private boolean gone;
  private boolean over;

  GatewayExchange(Gateway gateway, ClientStream stream, PeerLines peer, GatewayRequest request) {
    this.gateway = gateway;
    this.stream = stream;
    this.loop = stream.loop();
    this.peer = peer;
    this.request = request;
    this.startedNanos = loop.nanos();
    this.startedMillis = System.currentTimeMillis();
    this.table = gateway.table().current();
    this.chain = table.globalChain();
    this.times =
        gateway.settings().debugHeader() && request.headers().contains("kong-debug")
            ? new StepTimes()
            : null;
    this.clientAddress = peer.trusted ? named() : peer.address;
  }

  /** Begins the way. */
  void start() {
    if (!chain.hasRewrite()) {
      match();
      return;
    }
    PluginRun global = chain.start(this);
    run = global;
    proceed(global, global.rewrite(), true);
  }

  /** Answers a request that cannot be served as it is. */
  void refuse(int status) {
    error(status, ErrorPage.message(status), Producer.SERVER);
  }

  private void match() {
    done("rewrite");
    RouteMatch found = table.match(request);
    done("route");
    switch (found) {
      case RouteMatch.NoMatch _ ->
          error(404, "no Route matched with those values", Producer.GATEWAY);
      case RouteMatch.Matched matched -> {
        PluginRun global = run;
        if (global != null) {
          global.close();
        }
        match = matched;
        CompiledRoute compiled = matched.route();
        route = compiled;
        request.captures(matched.captures());
        chain = compiled.chain();
        run = chain.start(this);
        if (refusesProtocol(compiled)) {
          return;
        }
        begin();
      }
    }
  }

  /** Waits for the body if a plugin wants it, and goes on to the plugins. */
  private void begin() {
    int limit = chain.needsRequestBody() ? chain.requestBodyLimit(request) : 0;
    if (limit > 0 && !stream.isBodyRead()) {
      collect(limit);
      return;
    }
    if (limit > 0) {
      request.collected(new byte[0]);
    }
    access();
  }

  private boolean refusesProtocol(CompiledRoute compiled) {
    if (compiled.httpsOnly() && !request.forwardedScheme().equals("https")) {
      int status = compiled.httpsRedirectStatus();
      if (status == 426) {
        Headers lines = new Headers().add("upgrade", "TLS/1.2, HTTP/1.1");
        error(426, "Please use HTTPS protocol", Producer.GATEWAY, lines, Source.ERROR);
      } else {
        Headers lines =
            new Headers()
                .add("content-type", "text/html")
                .add("location", "https://" + request.forwardedHost() + request.rawTarget());
        String page =
            "<!doctype html>\n<html><head><title>"
                + status
                + "</title></head><body>This is served over HTTPS only.</body></html>\n";
        respond(
            status,
            lines,
            page.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            Source.ERROR,
            false);
      }
      return true;
    }
    if (compiled.grpc() && !chain.translatesGrpc()) {
      String type = request.headers().get("content-type");
      if (type == null || !type.startsWith("application/grpc")) {
        error(415, "Non-gRPC request matched gRPC route", Producer.GATEWAY);
        return true;
      }
      if (!stream.version().equals("2")) {
        Headers lines = new Headers().add("upgrade", "HTTP/2");
        error(426, "Please use HTTP2 protocol", Producer.GATEWAY, lines, Source.ERROR);
        return true;
      }
    }
    if (compiled.grpcsOnly() && !request.forwardedScheme().equals("https")) {
      String grpc = GrpcStatus.type(stream);
      if (grpc.isEmpty()) {
        Headers lines = new Headers().add("upgrade", "TLS/1.2, HTTP/1.1");
        error(426, "Please use HTTPS protocol", Producer.GATEWAY, lines, Source.ERROR);
      } else {
        String message = "gRPC request matched gRPCs route";
        Headers lines = GrpcStatus.lines(grpc, GrpcStatus.CANCELLED, message);
        respond(200, lines, new byte[0], Source.ERROR, false);
      }
      return true;
    }
    return false;
  }

  private void access() {
    PluginRun current = run;
    if (current != null) {
      proceed(current, current.access(), false);
    }
  }

  /** Ends with what a plugin said about this request while its body streamed. */
  void refuse(Reply.Refusal refusal) {
    refuse(refusal, Source.EXIT);
  }

  private void refuse(Reply.Refusal refusal, Source source) {
    Headers lines = new Headers();
    for (Reply.HeaderLine line : refusal.headers()) {
      lines.add(line.name(), line.value());
    }
    error(refusal.status(), refusal.message(), Producer.GATEWAY, lines, source);
  }

  /** Acts on what a phase answered. */
  private void proceed(PluginRun current, Reply reply, boolean rewriting) {
    switch (reply) {
      case Reply.Next _ -> {
        if (rewriting) {
          match();
        } else {
          forward();
        }
      }
      case Reply.Exit exit -> {
        Headers lines = new Headers();
        for (Reply.HeaderLine line : exit.headers()) {
          lines.add(line.name(), line.value());
        }
        byte[] body = GrpcStatus.body(stream, exit, lines);
        respond(exit.status(), lines, body, Source.EXIT, exit.replayed());
      }
      case Reply.Refusal refusal -> refuse(refusal, current.failed() ? Source.ERROR : Source.EXIT);
      case Reply.Flow flow -> {
        if (over || isAnswered()) {
          flow.body().cancel();
          return;
        }
        Headers lines = new Headers();
        for (Reply.HeaderLine line : flow.headers()) {
          lines.add(line.name(), line.value());
        }
        FlowingAnswer made = new FlowingAnswer(this, flow.body());
        flowing = made;
        made.begin(flow.status(), lines);
      }
      case Reply.Later later -> {
        lent = true;
        abandon = later.abandon();
        later
            .reply()
            .whenComplete(
                (value, failure) -> {
                  if (loop.isCurrent()) {
                    resumeHere(current, value, failure, rewriting);
                  } else {
                    loop.execute(() -> resume(current, value, failure, rewriting));
                  }
                });
      }
    }
  }

  /** A stage keeps to itself what its listeners throw; an exchange must end all the same. */
  private void resumeHere(
      PluginRun current, @Nullable Reply value, @Nullable Throwable failure, boolean rewriting) {
    try {
      resume(current, value, failure, rewriting);
    } catch (RuntimeException problem) {
      LOG.log(Level.ERROR, "a request cannot go on after its plugins", problem);
      if (!over) {
        broken();
      }
    }
  }

  private void resume(
      PluginRun current, @Nullable Reply value, @Nullable Throwable failure, boolean rewriting) {
    loop.touch();
    lent = false;
    abandon = null;
    if (over || gone) {
      if (value instanceof Reply.Flow unwanted) {
        unwanted.body().cancel();
      }
      if (!over) {
        finish(CLIENT_GONE);
      }
      return;
    }
    Reply reply;
    if (value != null && failure == null) {
      reply = current.resume(value);
    } else {
      reply =
          current.resume(failure == null ? new NullPointerException("the reply is null") : failure);
    }
    proceed(current, reply, rewriting);
    stream.flush();
  }

  private void forward() {
    CompiledRoute compiled = route;
    RouteMatch.Matched matched = match;
    Service service = compiled == null ? null : compiled.service();
    if (compiled == null || matched == null || service == null) {
      error(503, "no Service found with those values", Producer.GATEWAY);
      return;
    }
    done("access");
    if (stream.asksForTunnel() && refusesHandshake()) {
      return;
    }
    Forward way = new Forward(this, matched, Forwarding.of(compiled, service, gateway.balancers()));
    forward = way;
    way.start();
  }

  /** For those who asked how long what took. */
  void done(String step) {
    if (times != null) {
      times.done(step);
    }
  }

  /** Answers a handshake that no server could accept (RFC 6455, 4.2.2 and 4.4). */
  private boolean refusesHandshake() {
    Headers sent = request.headers();
    if (!"13".equals(sent.get("sec-websocket-version"))) {
      LOG.log(Level.WARNING, "websocket {0} refused: not version 13", request.rawPath());
      Headers lines = new Headers().add("sec-websocket-version", "13");
      error(426, "WebSocket version 13 is required", Producer.GATEWAY, lines, Source.ERROR);
      return true;
    }
    String key = sent.get("sec-websocket-key");
    if (key == null || key.length() != KEY_LENGTH || !key.endsWith("==")) {
      LOG.log(Level.WARNING, "websocket {0} refused: no valid key", request.rawPath());
      error(400, "Sec-WebSocket-Key is missing or malformed", Producer.GATEWAY);
      return true;
    }
    return false;
  }

  // The answer

  /** Answers with an error page of the gateway's own. */
  void error(int status, String message, Producer producer) {
    error(status, message, producer, new Headers(), Source.ERROR);
  }

  private void error(int status, String message, Producer producer, Headers lines, Source source) {
    Forward way = forward;
    boolean proxied = way != null && way.wasCalled();
    String grpc = GrpcStatus.type(stream);
    if (!grpc.isEmpty()) {
      int code = GrpcStatus.of(status);
      String text = producer == Producer.SERVER ? message : GrpcStatus.name(code);
      respond(status, GrpcStatus.add(lines, grpc, code, text), new byte[0], source, proxied);
      return;
    }
    ErrorPage page =
        ErrorPage.of(
            message, id(), request.headers(), producer, gateway.settings().errorDefaultType());
    lines.set("content-type", page.contentType());
    respond(status, lines, page.body(), source, proxied);
  }

  /** The target did not answer, and will not be asked again. */
  void failed(UpstreamFailure failure) {
    int status = failure.kind().status();
    String grpc = GrpcStatus.type(stream);
    if (grpc.isEmpty()) {
      error(status, ErrorPage.message(status), Producer.SERVER);
      return;
    }
    Headers lines = GrpcStatus.lines(grpc, GrpcStatus.of(failure), ErrorPage.message(status));
    respond(status, lines, new byte[0], Source.ERROR, true);
  }

  /** Answers with what is here. */
  void respond(int status, Headers lines, byte[] body, Source source, boolean proxied) {
    if (over || answer != null && answer.isStarted()) {
      return;
    }
    PluginRun current = run;
    if (current == null) {
      // Nothing matched, or nothing was asked: the global plugins see the answer.
      current = chain.start(this);
      run = current;
    }
    Answer made = new Answer(this, current);
    answer = made;
    made.whole(status, lines, body, source, proxied);
  }

  /** The answer that is under way; made when the upstream's head is there. */
  Answer relay() {
    PluginRun current = run;
    if (current == null) {
      current = chain.start(this);
      run = current;
    }
    Answer made = new Answer(this, current);
    answer = made;
    return made;
  }

  /** Whether somebody may still be told something other than what was begun. */
  boolean isAnswered() {
    Answer made = answer;
    return made != null && made.isStarted();
  }

  @Nullable Forward forwarded() {
    return forward;
  }

  /** Lets the upstream go; its answer is not needed any more. */
  void stopForwarding() {
    Forward way = forward;
    if (way != null) {
      way.cancel();
    }
    FlowingAnswer flow = flowing;
    if (flow != null) {
      flow.cancel();
    }
  }

  /** Octets of the upstream's answer that are collected for the plugins; 0 lets it stream. */
  int collectedAnswerLimit() {
    return chain.responseBodyLimit();
  }

  /** The target broke the answer off; the client must notice. */
  void broken(UpstreamFailure failure) {
    Answer made = answer;
    if (made == null || GrpcStatus.type(stream).isEmpty()) {
      broken();
      return;
    }
    made.breakOff(GrpcStatus.of(failure), failure.detail());
    finish(response.status());
  }

  /** The answer broke off; the client must notice. */
  void broken() {
    stream.abort();
    finish(response.status());
  }

  /** Runs the log phase and lets go of everything; the answer is complete or given up. */
  void finish(int status) {
    if (over) {
      return;
    }
    over = true;
    if (times != null) {
      times.finish(id());
    }
    PluginRun current = run;
    AccessLog accessLog = gateway.accessLog();
    if (current != null) {
      if (current.hasLog() || accessLog != null) {
        FinishedExchange log = new FinishedExchange(this, forward, status, gone);
        current.log(log);
        if (accessLog != null) {
          accessLog.record(log);
        }
      } else {
        current.close();
      }
    } else if (accessLog != null) {
      accessLog.record(new FinishedExchange(this, forward, status, gone));
    }
    stream.release();
  }

  /** Whether a log entry will be written, as far as can be known early. */
  boolean mayBeLogged() {
    return !chain.isEmpty() || gateway.accessLog() != null;
  }

  // The client's stream

  @Override
  public void requestBody(ByteBuffer data) {
    Collected whole = collecting;
    if (whole != null) {
      if (!whole.add(data)) {
        collecting = null;
        data.position(data.limit());
        stream.pauseBody();
        refuse(413);
      }
      return;
    }
    Forward way = forward;
    if (way != null && !over) {
      way.requestBody(data);
    } else {
      data.position(data.limit());
    }
  }

  @Override
  public void requestEnd(@Nullable Headers trailers) {
    Collected whole = collecting;
    Forward way = forward;
    if (whole != null) {
      collecting = null;
      request.collected(whole.bytes());
      access();
    } else if (way != null && !over) {
      way.requestEnd(trailers);
    }
  }

  @Override
  public void requestPaused() {
    Forward way = forward;
    if (way != null && !over) {
      way.requestPaused();
    }
  }

  @Override
  public void requestFailed(int status) {
    collecting = null;
    stopForwarding();
    if (isAnswered()) {
      if (response.status() == 101) {
        LOG.log(Level.WARNING, "websocket {0} ends: a message over the limit", request.rawPath());
      }
      broken();
    } else {
      refuse(status);
    }
  }

  @Override
  public void answerWritable() {
    Forward way = forward;
    FlowingAnswer flow = flowing;
    if (over) {
      return;
    }
    if (way != null) {
      way.answerWritable();
    } else if (flow != null) {
      flow.writable();
    }
  }

  @Override
  public void clientGone() {
    gone = true;
    stopForwarding();
    if (!lent) {
      finish(isAnswered() ? response.status() : CLIENT_GONE);
      return;
    }
    Runnable tellsPlugin = abandon;
    if (tellsPlugin != null) {
      abandon = null;
      tellsPlugin.run();
    }
  }

  private void collect(long limit) {
    if (stream.bodyLength() > limit) {
      refuse(413);
      return;
    }
    collecting = new Collected(limit, stream.bodyLength());
    stream.readBody();
  }

  // Exchange

  @Override
  public String id() {
    String known = id;
    if (known == null) {
      known = loop.identifier();
      id = known;
    }
    return known;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public Response response() {
    return response;
  }

  @Override
  public @Nullable Route route() {
    CompiledRoute compiled = route;
    return compiled == null ? null : compiled.route();
  }

  @Override
  public @Nullable Service service() {
    CompiledRoute compiled = route;
    return compiled == null ? null : compiled.service();
  }

  @Override
  public @Nullable Consumer consumer() {
    return consumer;
  }

  @Override
  public @Nullable Credential credential() {
    return credential;
  }

  @Override
  public void authenticate(@Nullable Consumer who, @Nullable Credential proof) {
    consumer = who;
    credential = proof;
  }

  @Override
  public String clientAddress() {
    return clientAddress;
  }

  @Override
  public long startedAtMillis() {
    return startedMillis;
  }

  @Override
  @SuppressWarnings("unchecked") // put() pairs a key with a value of its type
  public <T> @Nullable T get(ExchangeKey<T> key) {
    IdentityHashMap<ExchangeKey<?>, Object> known = attributes;
    return known == null ? null : (T) known.get(key);
  }

  @Override
  public <T> void put(ExchangeKey<T> key, @Nullable T value) {
    IdentityHashMap<ExchangeKey<?>, Object> known = attributes;
    if (known == null) {
      known = new IdentityHashMap<>(8);
      attributes = known;
    }
    if (value == null) {
      known.remove(key);
    } else {
      known.put(key, value);
    }
  }

  /** The address that a trusted peer names, if it is one. */
  private String named() {
    String value = stream.headers().last(gateway.settings().realIpHeader());
    if (value == null) {
      return peer.address;
    }
    int comma = value.lastIndexOf(',');
    String last = value.substring(comma + 1).strip();
    return LiteralAddress.parse(last) == null ? peer.address : bare(last);
  }

  private static String bare(String address) {
    return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
  }
}
