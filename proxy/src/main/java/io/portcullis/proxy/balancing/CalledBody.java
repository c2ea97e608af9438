package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.proxy.wire.IoLoop;
import io.portcullis.proxy.wire.UpstreamStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The body of the answer to a plugin's call. Its state belongs to the call's I/O thread. */
final class CalledBody implements BodyFlow {
  private final IoLoop loop;
  private final long length;
  private final Runnable stop;
  private @Nullable UpstreamStream stream;
  private @Nullable Receiver receiver;
  private boolean ended;
  private @Nullable String problem;

  /**
   * @param length octets, negative when not known
   * @param stop gives the call up
   */
  CalledBody(IoLoop loop, long length, Runnable stop) {
    this.loop = loop;
    this.length = length;
    this.stop = stop;
  }

  /** Keeps the body from coming until somebody takes it. */
  void hold(UpstreamStream source) {
    stream = source;
    source.pause();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void flowTo(Receiver taker) {
    here(
        () -> {
          receiver = taker;
          String broken = problem;
          if (ended) {
            taker.end();
          } else if (broken != null) {
            taker.failed(broken);
          } else {
            proceed();
          }
        });
  }

  @Override
  public void pause() {
    here(
        () -> {
          UpstreamStream source = stream;
          if (source != null) {
            source.pause();
          }
        });
  }

  @Override
  public void resume() {
    here(this::proceed);
  }

  @Override
  public void cancel() {
    here(
        () -> {
          receiver = null;
          stream = null;
          stop.run();
        });
  }

  private void proceed() {
    UpstreamStream source = stream;
    if (source != null) {
      source.resume();
    }
  }

  private void here(Runnable task) {
    if (loop.isCurrent()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** Octets came. */
  void data(ByteBuffer data) {
    Receiver taker = receiver;
    if (taker == null) {
      data.position(data.limit());
    } else {
      taker.data(data);
    }
  }

  /** Nothing more at the moment. */
  void paused() {
    Receiver taker = receiver;
    if (taker != null) {
      taker.paused();
    }
  }

  /** It is complete. */
  void end() {
    stream = null;
    ended = true;
    Receiver taker = receiver;
    if (taker != null) {
      taker.end();
    }
  }

  /** The rest will not come. */
  void broken(String message) {
    stream = null;
    problem = message;
    Receiver taker = receiver;
    if (taker != null) {
      taker.failed(message);
    }
  }
}
