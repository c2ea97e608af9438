package io.portcullis.proxy.server;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.server.ErrorPage.Producer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer that a plugin lets through as it comes. Its state belongs to the exchange's
 * I/O thread; octets that come on another one are copied over.
 */
final class FlowingAnswer implements BodyFlow.Receiver {
  private final GatewayExchange exchange;
  private final BodyFlow body;
  private @Nullable Answer answer;
  private boolean over;

  FlowingAnswer(GatewayExchange exchange, BodyFlow body) {
    this.exchange = exchange;
    this.body = body;
  }

  /** Sends the head and lets the body come, unless a plugin put another one in its place. */
  void begin(int status, Headers lines) {
    Answer made = exchange.relay();
    answer = made;
    made.flow(status, lines, body.length());
    if (!over) {
      body.flowTo(this);
    }
  }

  /** Gives up; nobody is told. */
  void cancel() {
    if (!over) {
      over = true;
      body.cancel();
    }
  }

  /** The client takes more again. */
  void writable() {
    if (!over) {
      body.resume();
    }
  }

  @Override
  public void data(ByteBuffer data) {
    if (exchange.loop.isCurrent()) {
      take(data);
      return;
    }
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
    exchange.loop.execute(
        () -> {
          exchange.loop.touch();
          take(copy);
          flush();
        });
  }

  @Override
  public void paused() {
    here(this::flush);
  }

  @Override
  public void end() {
    here(this::finish);
  }

  @Override
  public void failed(String problem) {
    here(this::breakOff);
  }

  private void here(Runnable task) {
    if (exchange.loop.isCurrent()) {
      task.run();
    } else {
      exchange.loop.execute(
          () -> {
            exchange.loop.touch();
            task.run();
          });
    }
  }

  private void take(ByteBuffer data) {
    Answer relay = answer;
    if (over || relay == null) {
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

  private void flush() {
    if (!over) {
      exchange.stream.flush();
      slowDown();
    }
  }

  private void slowDown() {
    if (!over && exchange.stream.isCongested()) {
      body.pause();
    }
  }

  private void finish() {
    Answer relay = answer;
    if (!over && relay != null) {
      over = true;
      relay.end(null);
    }
  }

  private void breakOff() {
    if (over) {
      return;
    }
    over = true;
    if (exchange.isAnswered()) {
      exchange.broken();
    } else {
      exchange.error(502, ErrorPage.message(502), Producer.SERVER);
    }
  }
}
