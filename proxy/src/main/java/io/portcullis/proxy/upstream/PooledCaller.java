package io.portcullis.proxy.upstream;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import io.portcullis.proxy.upstream.TargetAddress.Security;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Calls of plugins, over the connections that requests use. Thread-safe. */
public final class PooledCaller implements UpstreamCaller {
  private static final NameSet NOT_THE_CALLERS =
      NameSet.of("host", "content-length", "transfer-encoding", "connection", "upgrade");

  private final List<UpstreamClient> clients;
  private final AddressResolver resolver;

  /**
   * @param clients one for each I/O thread
   */
  public PooledCaller(List<UpstreamClient> clients, AddressResolver resolver) {
    this.clients = List.copyOf(clients);
    this.resolver = resolver;
  }

  @Override
  public CompletableFuture<Answer> call(Call call) {
    CompletableFuture<Answer> future = new CompletableFuture<>();
    URI uri = call.uri();
    String host = uri.getHost();
    String scheme = uri.getScheme();
    if (host == null || !("http".equals(scheme) || "https".equals(scheme))) {
      future.completeExceptionally(new IOException("not an http or https URL: " + uri));
      return future;
    }
    UpstreamClient client = client();
    Exchange exchange = new Exchange(client, call, host, scheme.equals("https"), future);
    future.whenComplete((_, _) -> client.loop().execute(exchange::stop));
    InetAddress literal = LiteralAddress.parse(host);
    if (literal != null) {
      exchange.begin(new Resolution.Addresses(List.of(literal)));
      return future;
    }
    Resolution known = resolver.known(host);
    if (known != null) {
      exchange.begin(known);
    } else {
      resolver.resolve(host, exchange::begin);
    }
    return future;
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
    private final String host;
    private final boolean secure;
    private final CompletableFuture<Answer> future;
    private @Nullable Attempt attempt;
    private @Nullable UpstreamStream stream;
    private @Nullable TargetAddress target;
    private boolean stopped;
    private boolean again;
    private int status;
    private Headers headers = new Headers();
    private byte[] body = new byte[0];
    private int length;

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

    void begin(Resolution resolution) {
      loop.execute(
          () -> {
            loop.touch();
            if (stopped) {
              return;
            }
            loop.set(this, call.timeout().toMillis());
            switch (resolution) {
              case Resolution.Addresses found -> connect(found);
              case Resolution.NotFound _ -> fail("no address for " + host);
              case Resolution.Failed failed ->
                  fail("no address for " + host + ": " + failed.problem());
            }
          });
    }

    private void connect(Resolution.Addresses found) {
      int port = call.uri().getPort();
      int chosen = port >= 0 ? port : secure ? 443 : 80;
      List<InetAddress> all = found.addresses();
      InetAddress address = all.get((int) Math.floorMod(loop.random(), (long) all.size()));
      Security security =
          !secure
              ? Security.CLEARTEXT
              : call.verifyTls() ? Security.TLS_VERIFIED : Security.TLS_UNVERIFIED;
      TargetAddress to =
          new TargetAddress(new InetSocketAddress(address, chosen), security, secure ? host : "");
      target = to;
      long patience = call.timeout().toMillis();
      attempt =
          client.connect(to, new CallTimeouts(patience, patience, patience), isIdempotent(), this);
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
      Attempt open = attempt;
      if (open != null) {
        open.cancel();
      }
      UpstreamStream current = stream;
      if (current != null) {
        current.cancel();
      }
    }

    private void fail(String detail) {
      future.completeExceptionally(
          new IOException(call.method() + ' ' + call.uri() + ": " + detail));
      stop();
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
          FixedLine.of("Host", uri.getPort() < 0 ? host : host + ':' + uri.getPort()),
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
      if (expected > call.bodyLimit()) {
        fail("an answer of " + expected + " octets, more than " + call.bodyLimit());
        return;
      }
      body = new byte[Math.clamp(expected, 0, call.bodyLimit())];
    }

    @Override
    public void answerBody(ByteBuffer data) {
      int count = data.remaining();
      if (stopped || length + (long) count > call.bodyLimit()) {
        data.position(data.limit());
        if (!stopped) {
          fail("an answer of more than " + call.bodyLimit() + " octets");
        }
        return;
      }
      if (length + count > body.length) {
        body = Arrays.copyOf(body, Math.max(length + count, body.length * 2));
      }
      data.get(body, length, count);
      length += count;
    }

    @Override
    public void answerPaused() {
      // Everything is kept until the end.
    }

    @Override
    public void answerEnd(@Nullable Headers trailers) {
      stream = null;
      stopped = true;
      loop.forget(this);
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
      if (failure.reused()
          && failure.kind() == UpstreamFailure.Kind.CLOSED
          && isIdempotent()
          && !again
          && to != null) {
        again = true;
        long patience = call.timeout().toMillis();
        attempt = client.connectAnew(to, new CallTimeouts(patience, patience, patience), this);
        return;
      }
      fail(failure.detail());
    }
  }
}
