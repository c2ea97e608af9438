package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Arguments;
import io.portcullis.admin.wire.KongJson;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a call from the I/O thread to its page and back.
 *
 * <p>Path, method and access are checked and the body is collected on the I/O thread, without
 * blocking; the page runs on a virtual thread.
 */
final class AdminExchangeHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(AdminExchangeHandler.class);

  /** A parsed body takes many times its size, so only so many large ones are worked on at once. */
  private static final int LARGE_BODY = 256 * 1024;

  private static final int LARGE_BODIES = 4;

  private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");
  private static final String JSON_TYPE = "application/json; charset=utf-8";
  private static final byte[] NO_BODY = {};

  private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
  private static final HttpString ALLOW_CREDENTIALS =
      new HttpString("Access-Control-Allow-Credentials");
  private static final HttpString LATENCY = new HttpString("X-Kong-Admin-Latency");
  private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
  private static final HttpString ADMIN_TOKEN = new HttpString("Kong-Admin-Token");
  private static final HttpString API_KEY = new HttpString("apikey");
  private static final HttpString REQUEST_HEADERS =
      new HttpString("Access-Control-Request-Headers");

  private final PathTable paths;
  private final AdminProtection protection;
  private final CallLimit calls;
  private final boolean loopback;
  private final String serverToken;
  private final Executor executor;
  private final KongJson json = new KongJson();
  private final Semaphore largeBodies = new Semaphore(LARGE_BODIES);

  /**
   * @param calls counts those of each client on all listeners
   * @param loopback whether only this machine reaches the listener in front
   * @param serverToken value of {@code Server}
   * @param executor runs pages; they block
   */
  AdminExchangeHandler(
      PathTable paths,
      AdminProtection protection,
      CallLimit calls,
      boolean loopback,
      String serverToken,
      Executor executor) {
    this.paths = paths;
    this.protection = protection;
    this.calls = calls;
    this.loopback = loopback;
    this.serverToken = serverToken;
    this.executor = executor;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    AccessRules.Credentials credentials = credentials(exchange.getRequestHeaders());
    protection
        .access()
        .allowOrigin(credentials)
        .ifPresent(
            origin -> {
              exchange.getResponseHeaders().put(ALLOW_ORIGIN, origin);
              exchange.getResponseHeaders().put(ALLOW_CREDENTIALS, "true");
            });
    exchange.getResponseHeaders().put(Headers.VARY, "Origin");
    String client = exchange.getSourceAddress().getAddress().getHostAddress();
    AdminCall call =
        new AdminCall(
            protection.clock().instant(),
            client,
            protection.access().caller(credentials, ClientCertificate.subject(exchange)),
            exchange.getRequestMethod().toString());
    Duration wait = calls.take(client);
    if (!wait.isZero()) {
      send(
          exchange,
          call,
          AdminResponse.message(429, "too many calls from " + client)
              .with("Retry-After", Long.toString(wait.plusNanos(999_999_999).toSeconds())));
      return;
    }
    try {
      route(exchange, call, credentials);
    } catch (Refusal refusal) {
      send(exchange, call, AdminResponse.json(refusal.status(), refusal.body()));
    }
  }

  private void route(
      HttpServerExchange exchange, AdminCall call, AccessRules.Credentials credentials) {
    String method = exchange.getRequestMethod().toString();
    protection.access().check(method, loopback, credentials);
    String path = path(exchange);
    PathTable.Match match = paths.match(path).orElseThrow(Refusal::notFound);
    call.reached(match.endpoint().template());
    if (method.equals("OPTIONS")) {
      send(exchange, call, options(exchange, match.endpoint()));
      return;
    }
    AdminPage page = match.endpoint().page(method).orElseThrow(Refusal::methodNotAllowed);
    if (!METHODS_WITH_BODY.contains(method)) {
      exchange.dispatch(executor, () -> answer(exchange, call, match, page, NO_BODY));
      return;
    }
    if (exchange.getRequestContentLength() > protection.maxBody()) {
      tooLarge(exchange, call);
      return;
    }
    Receiver receiver = exchange.getRequestReceiver();
    receiver.setMaxBufferSize(protection.maxBody());
    receiver.receiveFullBytes(
        (received, body) ->
            received.dispatch(executor, () -> answer(received, call, match, page, body)),
        (failed, error) -> {
          if (error instanceof Receiver.RequestToLargeException) {
            tooLarge(failed, call);
          } else {
            failed.setPersistent(false);
            failed.endExchange();
          }
        });
  }

  private void answer(
      HttpServerExchange exchange,
      AdminCall call,
      PathTable.Match match,
      AdminPage page,
      byte[] body) {
    boolean large = body.length > LARGE_BODY;
    if (large) {
      largeBodies.acquireUninterruptibly();
    }
    AdminResponse response;
    try {
      response = call.answer(() -> page.answer(request(exchange, match, body)));
    } catch (Refusal refusal) {
      response = AdminResponse.json(refusal.status(), refusal.body());
    } catch (RuntimeException | StackOverflowError accident) {
      // Not the path itself: it may name a credential by its key.
      LOG.error("{} {} failed", exchange.getRequestMethod(), match.endpoint().template(), accident);
      response = AdminResponse.message(500, "An unexpected error occurred");
    } finally {
      if (large) {
        largeBodies.release();
      }
    }
    send(exchange, call, response);
  }

  private AdminRequest request(HttpServerExchange exchange, PathTable.Match match, byte[] body) {
    String method = exchange.getRequestMethod().toString();
    Arguments query = Arguments.parse(exchange.getQueryString());
    RequestBody content =
        METHODS_WITH_BODY.contains(method)
            ? RequestBody.read(
                exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE), body, json)
            : new RequestBody.Empty();
    return new AdminRequest(
        method,
        PathTable.withoutFinalSlash(path(exchange)),
        match.parameters(),
        query,
        content,
        ifMatch(exchange));
  }

  /** Several lines are one list. */
  private static @Nullable String ifMatch(HttpServerExchange exchange) {
    HeaderValues lines = exchange.getRequestHeaders().get(Headers.IF_MATCH);
    return lines == null ? null : String.join(",", lines);
  }

  private static AdminResponse options(HttpServerExchange exchange, Endpoint endpoint) {
    String asked = exchange.getRequestHeaders().getFirst(REQUEST_HEADERS);
    return new AdminResponse(
        204,
        Map.of(
            "Allow", endpoint.allow(),
            "Access-Control-Allow-Methods", endpoint.allow(),
            "Access-Control-Allow-Headers", asked == null ? "Content-Type" : asked),
        new AdminResponse.NoBody());
  }

  private void tooLarge(HttpServerExchange exchange, AdminCall call) {
    exchange.setPersistent(false);
    send(exchange, call, AdminResponse.message(413, "Payload too large"));
  }

  private void send(HttpServerExchange exchange, AdminCall call, AdminResponse response) {
    if (call.writes() || response.status() == 401 || response.status() == 403) {
      protection.audit().record(call.ended(response.status()));
    }
    if (exchange.isResponseStarted()) {
      return;
    }
    exchange.setStatusCode(response.status());
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.SERVER, serverToken);
    headers.put(
        LATENCY, Long.toString((System.nanoTime() - exchange.getRequestStartTime()) / 1_000_000));
    response.headers().forEach((name, value) -> headers.put(new HttpString(name), value));
    byte[] octets =
        switch (response.body()) {
          case AdminResponse.NoBody() -> NO_BODY;
          case AdminResponse.Document(var document) -> {
            headers.put(Headers.CONTENT_TYPE, JSON_TYPE);
            yield json.write(document);
          }
          case AdminResponse.Bytes(String contentType, byte[] content) -> {
            headers.put(Headers.CONTENT_TYPE, contentType);
            yield content;
          }
        };
    if (response.status() == 204 || response.status() == 304) {
      exchange.endExchange();
      return;
    }
    headers.put(Headers.CONTENT_LENGTH, Integer.toString(octets.length));
    if (exchange.getRequestMethod().equalToString("HEAD") || octets.length == 0) {
      exchange.endExchange();
    } else {
      exchange.getResponseSender().send(ByteBuffer.wrap(octets));
    }
  }

  /** The raw path, also of an absolute-form target. */
  private static String path(HttpServerExchange exchange) {
    String target = exchange.getRequestURI();
    String path = target;
    if (exchange.isHostIncludedInRequestURI()) {
      int start = target.indexOf('/', target.indexOf("://") + 3);
      path = start < 0 ? "/" : target.substring(start);
    }
    if (leavesRoot(path) || path.contains("%00")) {
      throw Refusal.message(400, "Bad request");
    }
    return path;
  }

  private static boolean leavesRoot(String path) {
    if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
      return false;
    }
    int depth = 0;
    for (String segment : path.split("/")) {
      String plain = segment.replace("%2e", ".").replace("%2E", ".");
      if (plain.equals("..")) {
        depth--;
      } else if (!plain.isEmpty() && !plain.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }

  private static AccessRules.Credentials credentials(HeaderMap headers) {
    return new AccessRules.Credentials(
        headers.getFirst(Headers.HOST),
        headers.getFirst(Headers.ORIGIN),
        headers.getFirst(FETCH_SITE),
        headers.getFirst(Headers.AUTHORIZATION),
        headers.getFirst(ADMIN_TOKEN),
        headers.getFirst(API_KEY));
  }
}
