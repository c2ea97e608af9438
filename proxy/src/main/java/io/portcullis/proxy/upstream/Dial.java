package io.portcullis.proxy.upstream;

import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * A connection in the making: TCP, then TLS where the target wants it, with the protocol agreed on.
 * Whoever started it bounds its time. Belongs to its I/O thread.
 */
final class Dial {
  private static final OptionMap SOCKET = OptionMap.create(Options.TCP_NODELAY, true);

  private final UpstreamClient client;
  private final TargetAddress target;
  private @Nullable Outcome outcome;
  private @Nullable IoFuture<StreamConnection> connecting;
  private @Nullable SslConnection handshaking;

  /** Hears of it, once at most. */
  interface Outcome {
    void ready(Dial dial, StreamConnection connection);

    void failed(Dial dial, String detail);
  }

  Dial(UpstreamClient client, TargetAddress target, Outcome outcome) {
    this.client = client;
    this.target = target;
    this.outcome = outcome;
  }

  void start() {
    IoFuture<StreamConnection> future =
        client.loop().thread().openStreamConnection(target.address(), this::opened, SOCKET);
    connecting = future;
    future.addNotifier(
        (result, _) -> {
          if (result.getStatus() == IoFuture.Status.FAILED) {
            IOException problem = result.getException();
            client.loop().execute(() -> fail(String.valueOf(problem)));
          }
        },
        null);
  }

  /** Gives up; nobody hears of it. */
  void cancel() {
    outcome = null;
    IoFuture<StreamConnection> future = connecting;
    if (future != null) {
      future.cancel();
    }
    SslConnection secure = handshaking;
    if (secure != null) {
      IoUtils.safeClose(secure);
      handshaking = null;
    }
  }

  private void opened(StreamConnection connection) {
    client.loop().touch();
    connecting = null;
    if (outcome == null) {
      IoUtils.safeClose(connection);
      return;
    }
    if (!target.isSecure()) {
      ready(connection);
      return;
    }
    SslConnection secure = client.tls().wrap(connection, target);
    handshaking = secure;
    secure.getHandshakeSetter().set(this::shaken);
    secure.getSourceChannel().setCloseListener(_ -> handshakeEnded());
    try {
      secure.startHandshake();
      secure.getSourceChannel().setReadListener(this::poke);
      secure.getSourceChannel().resumeReads();
      secure.getSinkChannel().resumeWrites();
    } catch (IOException problem) {
      fail(String.valueOf(problem));
    }
  }

  /** Moves the handshake on; nothing else can come before it is over. */
  private void poke(ConduitStreamSourceChannel source) {
    try {
      ByteBuffer input = client.loop().input();
      input.clear().limit(0);
      source.read(input);
    } catch (IOException problem) {
      fail(String.valueOf(problem));
    }
  }

  private void shaken(SslConnection secure) {
    client
        .loop()
        .execute(
            () -> {
              client.loop().touch();
              if (!secure.equals(handshaking)) {
                return;
              }
              if (target.protocol() == TargetAddress.Protocol.HTTP_2
                  && !"h2".equals(UndertowXnioSsl.getSslEngine(secure).getApplicationProtocol())) {
                fail("the target does not speak HTTP/2");
                return;
              }
              handshaking = null;
              secure.getSourceChannel().setCloseListener(null);
              secure.getSinkChannel().suspendWrites();
              ready(secure);
            });
  }

  private void handshakeEnded() {
    client.loop().execute(() -> fail("the TLS handshake failed"));
  }

  private void ready(StreamConnection connection) {
    Outcome hearer = outcome;
    outcome = null;
    if (hearer == null) {
      IoUtils.safeClose(connection);
    } else {
      hearer.ready(this, connection);
    }
  }

  private void fail(String detail) {
    client.loop().touch();
    Outcome hearer = outcome;
    cancel();
    if (hearer != null) {
      hearer.failed(this, detail);
    }
  }
}
