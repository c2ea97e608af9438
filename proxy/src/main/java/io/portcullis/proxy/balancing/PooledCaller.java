package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.proxy.upstream.AddressResolver;
import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import io.portcullis.proxy.upstream.AddressResolver.ServiceTarget;
import io.portcullis.proxy.upstream.Attempt;
import io.portcullis.proxy.upstream.CallTimeouts;
import io.portcullis.proxy.upstream.LiteralAddress;
import io.portcullis.proxy.upstream.TargetAddress;
import io.portcullis.proxy.upstream.TargetAddress.Security;
import io.portcullis.proxy.upstream.UpstreamClient;
import io.portcullis.proxy.wire.BodyLength;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.LineSink;
import io.portcullis.proxy.wire.NameSet;
import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls of plugins, over the connections that requests use. One to a host that is an upstream's
 * name goes to that upstream's targets: it is balanced, counts for their health, and goes to
 * another target when one does not take it. Values that consistent hashing wants are not there, so
 * that these calls take turns. Thread-safe.
 */
public final class PooledCaller implements UpstreamCaller {
  private static final NameSet NOT_THE_CALLERS =
      NameSet.of("host", "content-length", "transfer-encoding", "connection", "upgrade");

  /** A name and a port, without a user. */
  private static final Pattern LOOSE_AUTHORITY =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]*)(?::[0-9]{1,5})?");

  /** Shorter answers are here as soon as somebody could take their first part. */
  private static final int FLOWS_FROM = 16 * 1024;

  /** Octets of an answer. */
  private static final int KEPT_UNASKED = 64 * 1024;

  /** Tries of one call, at different targets. */
  private static final int MOST_TRIES = 5;

  private final List<UpstreamClient> clients;
  private final AddressResolver resolver;
  private final Function<String, @Nullable UpstreamBalancer> upstreams;

  /**
   * @param clients one for each I/O thread
   * @param upstreams the upstreams of the live configuration, by name; null for other names
   */
  public PooledCaller(
      List<UpstreamClient> clients,
      AddressResolver resolver,
      Function<String, @Nullable UpstreamBalancer> upstreams) {
    this.clients = List.copyOf(clients);
    this.resolver = resolver;
    this.upstreams = upstreams;
  }

  @Override
  public CompletableFuture<Answer> call(Call call) {
    CompletableFuture<Answer> future = new CompletableFuture<>();
    URI uri = call.uri();
    String host = host(uri);
    String scheme = uri.getScheme();
    if (host == null || !("http".equals(scheme) || "https".equals(scheme))) {
      future.completeExceptionally(new IOException("not an http or https URL: " + uri));
      return future;
    }
    UpstreamClient client = client();
    Exchange exchange = new Exchange(client, call, host, scheme.equals("https"), future);
    future.whenComplete(
        (answer, _) -> {
          if (answer == null) {
            client.loop().execute(exchange::stop);
          }
        });
    Manner how = call.how();
    UpstreamBalancer upstream = upstreams.apply(host);
    if (how != null && how.service()) {
      exchange.begin(() -> exchange.findService(resolver));
    } else if (upstream != null) {
      exchange.begin(() -> exchange.pick(upstream));
    } else {
      exchange.begin(() -> exchange.find(resolver));
    }
    return future;
  }

  private static @Nullable Resolution known(AddressResolver resolver, String host) {
    InetAddress literal = LiteralAddress.parse(host);
    return literal == null ? resolver.known(host) : new Resolution.Addresses(List.of(literal));
  }

  /** Names with an underscore are no host names to {@link URI}, and stand in configurations. */
  private static @Nullable String host(URI uri) {
    String host = uri.getHost();
    String authority = uri.getRawAuthority();
    if (host != null || authority == null) {
      return host;
    }
    Matcher matcher = LOOSE_AUTHORITY.matcher(authority);
    return matcher.matches() ? matcher.group(1) : null;
  }

  private static int port(URI uri, boolean secure) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    String authority = uri.getHost() == null ? uri.getRawAuthority() : "";
    int colon = authority.indexOf(':');
    if (colon >= 0) {
      return Integer.parseInt(authority, colon + 1, authority.length(), 10);
    }
    return secure ? 443 : 80;
  }

  /** The caller's own thread if it is one of ours, so that nothing has to hop. */
  private UpstreamClient client() {
    for (UpstreamClient client : clients) {
      if (client.loop().isCurrent()) {
        return client;
      }
    }
    return clients.get(ThreadLocalRandom.current().nextInt(clients.size()));
  }

  /** One call on its I/O thread. */
  private static final class Exchange extends Deadline
      implements UpstreamStream.Listener, UpstreamStream.Lines {
    private final UpstreamClient client;
    private final IoLoop loop;
    private final Call call;
    private final boolean secure;
    private final CompletableFuture<Answer> future;
    private String host;
    private @Nullable ServiceTarget service;
    private @Nullable Attempt attempt;
    private @Nullable UpstreamStream stream;
    private @Nullable TargetAddress target;
    private @Nullable UpstreamBalancer upstream;
    private @Nullable BalancedAddress busy;
    private List<Pick.Target> tried = List.of();
    private long triedNanos;
    private boolean stopped;
    private boolean again;
    private int status;
    private Headers headers = new Headers();
    private byte[] body = new byte[0];
    private int length;

    /** The body as somebody else takes it; null as long as it is collected. */
    private @Nullable CalledBody flow;

    Exchange(
        UpstreamClient client,
        Call call,
        String host,
        boolean secure,
        CompletableFuture<Answer> future) {
      this.client = client;
      this.loop = client.loop();
      this.call = call;
      this.host = host;
      this.secure = secure;
      this.future = future;
    }

    /** Runs the first step on the call's thread; from now on its time is counted. */
    void begin(Runnable first) {
      if (loop.isCurrent()) {
        started(first);
      } else {
        loop.execute(() -> started(first));
      }
    }

    private void started(Runnable first) {
      loop.touch();
      if (!stopped) {
        loop.set(this, call.timeout().toMillis());
        first.run();
      }
    }

    /** Goes on, unless the call is over, when somebody else has answered. */
    private void later(Runnable next) {
      loop.execute(
          () -> {
            loop.touch();
            if (!stopped) {
              next.run();
            }
          });
    }

    void find(AddressResolver resolver) {
      Resolution known = known(resolver, host);
      if (known != null) {
        resolved(known);
      } else {
        resolver.resolve(host, resolution -> later(() -> resolved(resolution)));
      }
    }

    private void resolved(Resolution resolution) {
      switch (resolution) {
        case Resolution.Addresses found -> connect(found);
        case Resolution.NotFound _ -> fail("no address for " + host);
        case Resolution.Failed failed -> fail("no address for " + host + ": " + failed.problem());
      }
    }

    void findService(AddressResolver resolver) {
      resolver.services(
          host, targets -> later(() -> turnTo(ServiceChoice.of(targets, loop.random()), resolver)));
    }

    private void turnTo(@Nullable ServiceTarget found, AddressResolver resolver) {
      if (found == null) {
        fail("no SRV record of " + host);
        return;
      }
      service = found;
      host = found.host();
      find(resolver);
    }

    void pick(UpstreamBalancer balancer) {
      upstream = balancer;
      picked(balancer.pick(null, tried, loop, this::picked));
    }

    private void picked(Pick pick) {
      if (stopped) {
        return;
      }
      switch (pick) {
        case Pick.Target found -> {
          BalancedAddress address = found.balanced();
          busy = address;
          triedNanos = loop.nanos();
          if (address != null) {
            address.began();
          }
          connect(found.address());
        }
        case Pick.Waiting _ -> {}
        case Pick.NoTarget _ -> fail("no target of upstream " + host + " is available");
        case Pick.NameNotFound _, Pick.ResolveFailed _ -> fail("no address for " + host);
      }
    }

    private void connect(Resolution.Addresses found) {
      List<InetAddress> all = found.addresses();
      InetAddress address = all.get((int) Math.floorMod(loop.random(), (long) all.size()));
      ServiceTarget offered = service;
      int port = offered == null ? port(call.uri(), secure) : offered.port();
      connect(new InetSocketAddress(address, port));
    }

    private void connect(InetSocketAddress address) {
      Security security =
          !secure
              ? Security.CLEARTEXT
              : call.verifyTls() ? Security.TLS_VERIFIED : Security.TLS_UNVERIFIED;
      TargetAddress to = new TargetAddress(address, security, secure ? serverName() : "");
      target = to;
      attempt = client.connect(to, timeouts(), isIdempotent(), this);
    }

    private CallTimeouts timeouts() {
      long patience = call.timeout().toMillis();
      return new CallTimeouts(patience, patience, patience);
    }

    /** The caller's own {@code Host} line, or that of the target as proxied requests carry it. */
    private FixedLine hostLine() {
      String asked = call.headers().get("host");
      if (asked != null) {
        return FixedLine.of("Host", asked);
      }
      BalancedAddress address = busy;
      if (address != null) {
        return address.hostLine(secure);
      }
      ServiceTarget offered = service;
      if (offered != null) {
        return FixedLine.of("Host", offered.host() + ':' + offered.port());
      }
      String authority = call.uri().getRawAuthority();
      return FixedLine.of("Host", authority.substring(authority.indexOf('@') + 1));
    }

    /** The name in the handshake is the one that the target itself has. */
    private String serverName() {
      BalancedAddress address = busy;
      String line = address == null ? host : address.hostLine(secure).value();
      int colon = line.lastIndexOf(':');
      return colon > line.lastIndexOf(']') ? line.substring(0, colon) : line;
    }

    private boolean isIdempotent() {
      return !call.method().equals("POST") && !call.method().equals("PATCH");
    }

    void stop() {
      loop.touch();
      if (stopped) {
        return;
      }
      stopped = true;
      loop.forget(this);
      leave();
      Attempt open = attempt;
      if (open != null) {
        open.cancel();
      }
      UpstreamStream current = stream;
      if (current != null) {
        current.cancel();
      }
    }

    /** The try is over. */
    private void leave() {
      BalancedAddress address = busy;
      if (address != null) {
        busy = null;
        address.ended();
      }
    }

    private void fail(String detail) {
      CalledBody flowing = flow;
      String message = call.method() + ' ' + call.uri() + ": " + detail;
      if (flowing == null) {
        future.completeExceptionally(new IOException(message));
        stop();
      } else {
        stop();
        flowing.broken(message);
      }
    }

    @Override
    protected void expired() {
      fail("no answer within " + call.timeout().toMillis() + " ms");
    }

    @Override
    public void writeTo(LineSink sink) {
      for (int i = 0; i < call.headers().size(); i++) {
        if (!NOT_THE_CALLERS.contains(call.headers(), i)) {
          sink.put(call.headers(), i);
        }
      }
    }

    @Override
    public void connected(UpstreamStream established) {
      attempt = null;
      stream = established;
      URI uri = call.uri();
      String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String query = uri.getRawQuery();
      int length = call.body().length;
      boolean bodyless = length == 0 && isIdempotent() && !call.method().equals("PUT");
      established.head(
          call.method(),
          query == null ? path : path + '?' + query,
          hostLine(),
          bodyless ? BodyLength.NONE : length,
          this);
      if (length > 0) {
        established.send(ByteBuffer.wrap(call.body()));
      }
      established.end(null);
    }

    @Override
    public void interim(int interimStatus, Headers lines) {
      // Nobody here waits for hints.
    }

    @Override
    public void answerHead(int answered, Headers lines, long expected, boolean nominates) {
      status = answered;
      headers = lines;
      BalancedAddress address = busy;
      if (address != null) {
        address.answered(answered, loop.nanos() - triedNanos);
      }
      if (flows(answered, expected)) {
        CalledBody flowing = new CalledBody(loop, expected, this::stop);
        flow = flowing;
        UpstreamStream current = stream;
        if (current != null) {
          flowing.hold(current);
        }
        if (!future.complete(new Answer(status, headers, body, flowing))) {
          stop();
        }
        return;
      }
      if (expected > call.bodyLimit()) {
        fail("an answer of " + expected + " octets, more than " + call.bodyLimit());
        return;
      }
      reserve(Math.clamp(expected, 0, call.bodyLimit()));
    }

    private boolean flows(int answered, long expected) {
      Manner how = call.how();
      return how != null
          && how.flows()
          && (expected == BodyLength.UNKNOWN || expected > FLOWS_FROM)
          && answered != 204
          && answered != 304
          && !call.method().equals("HEAD");
    }

    @Override
    public void answerBody(ByteBuffer data) {
      CalledBody flowing = flow;
      if (flowing != null) {
        flowing.data(data);
        return;
      }
      int count = data.remaining();
      if (stopped || length + (long) count > call.bodyLimit()) {
        data.position(data.limit());
        if (!stopped) {
          fail("an answer of more than " + call.bodyLimit() + " octets");
        }
        return;
      }
      if (length + count > body.length
          && !reserve(Math.clamp(body.length * 2L, length + count, call.bodyLimit()))) {
        data.position(data.limit());
        return;
      }
      data.get(body, length, count);
      length += count;
    }

    /** Makes the body longer; small ones are not asked for. */
    private boolean reserve(int capacity) {
      if (capacity > KEPT_UNASKED
          && !call.memory().take(capacity - (body.length > KEPT_UNASKED ? body.length : 0))) {
        fail("no memory for an answer of " + capacity + " octets");
        return false;
      }
      body = Arrays.copyOf(body, capacity);
      return true;
    }

    @Override
    public void answerPaused() {
      CalledBody flowing = flow;
      if (flowing != null) {
        flowing.paused();
      } // or everything is kept until the end
    }

    @Override
    public void answerEnd(@Nullable Headers trailers) {
      stream = null;
      stopped = true;
      loop.forget(this);
      leave();
      CalledBody flowing = flow;
      if (flowing != null) {
        flowing.end();
        return;
      }
      future.complete(
          new Answer(status, headers, length == body.length ? body : Arrays.copyOf(body, length)));
    }

    @Override
    public void requestWritable() {
      // The whole request is in line already.
    }

    @Override
    public void failed(UpstreamFailure failure) {
      attempt = null;
      stream = null;
      TargetAddress to = target;
      boolean keptOneEnded =
          failure.reused() && failure.kind() == UpstreamFailure.Kind.CLOSED && status == 0;
      if (keptOneEnded && isIdempotent() && !again && to != null) {
        again = true;
        attempt = client.connectAnew(to, timeouts(), this);
        return;
      }
      BalancedAddress address = busy;
      UpstreamBalancer balancer = upstream;
      leave();
      if (address != null && balancer != null && !stopped) {
        boolean repeats =
            status == 0
                && (!failure.sent() || isIdempotent())
                && failure.kind() != UpstreamFailure.Kind.MALFORMED
                && tried.size() + 1 < MOST_TRIES;
        if (status == 0 && !keptOneEnded) {
          address.failed(failure.isTimeout(), !repeats);
        }
        if (repeats) {
          tried = tried.isEmpty() ? new ArrayList<>(2) : tried;
          tried.add(address.target());
          again = false;
          picked(balancer.pick(null, tried, loop, this::picked));
          return;
        }
      }
      fail(failure.detail());
    }
  }
}
