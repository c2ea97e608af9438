package io.portcullis.proxy.server;

import io.portcullis.core.plugin.WebSocketTerms;
import io.portcullis.proxy.wire.Deadline;
import io.portcullis.proxy.wire.IoLoop;
import java.util.function.BooleanSupplier;

/**
 * Pings the client of a WebSocket, and notices when it says nothing at all. Pongs pass on to the
 * target, which takes no notice of them (RFC 6455, 5.5.3). Belongs to its I/O thread.
 */
final class TunnelWatch {
  private final IoLoop loop;
  private final WebSocketTerms terms;
  private final Deadline ping;
  private final Deadline silence;

  /**
   * Begins.
   *
   * @param listening whether the client is listened to; while it is not, it cannot be silent
   * @param silent what to do when it is
   */
  TunnelWatch(
      IoLoop loop,
      WebSocketTerms terms,
      TunnelFrames frames,
      BooleanSupplier listening,
      Runnable silent) {
    this.loop = loop;
    this.terms = terms;
    this.ping =
        new Deadline() {
          @Override
          protected void expired() {
            frames.ping();
            pingLater();
          }
        };
    this.silence =
        new Deadline() {
          @Override
          protected void expired() {
            if (listening.getAsBoolean()) {
              silent.run();
            } else {
              heard();
            }
          }
        };
    pingLater();
    heard();
  }

  private void pingLater() {
    if (terms.pingMillis() > 0) {
      loop.set(ping, terms.pingMillis());
    }
  }

  /** The client said something. */
  void heard() {
    if (terms.pongMillis() > 0) {
      loop.set(silence, terms.pongMillis());
    }
  }

  /** The WebSocket is over. */
  void end() {
    loop.forget(ping);
    loop.forget(silence);
  }
}
