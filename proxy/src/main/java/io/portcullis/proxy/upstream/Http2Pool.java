package io.portcullis.proxy.upstream;

import io.portcullis.proxy.wire.UpstreamFailure;
import io.portcullis.proxy.wire.UpstreamStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;

/**
 * The HTTP/2 connections to one address on one I/O thread, and the requests that wait for one in
 * the making. The oldest connection with room serves, so that a surplus of them falls idle.
 */
final class Http2Pool implements Dial.Outcome {
  private final UpstreamClient client;
  private final TargetAddress target;

  /** Those that take requests, or will again. */
  private final ArrayList<Http2Upstream> connections = new ArrayList<>(2);

  private final ArrayList<Dial> dials = new ArrayList<>(1);
  private final ArrayDeque<Http2Attempt> waiting = new ArrayDeque<>(4);

  /** Requests that one connection serves at a time, as far as is known. */
  private int expected = Http2Upstream.ASSUMED_STREAMS;

  Http2Pool(UpstreamClient client, TargetAddress target) {
    this.client = client;
    this.target = target;
  }

  TargetAddress target() {
    return target;
  }

  /**
   * Finds room for a request, or waits for it.
   *
   * @param trusting whether a connection that lay idle is taken without a look at it
   */
  @Nullable Attempt connect(
      CallTimeouts timeouts, boolean trusting, UpstreamStream.Listener listener) {
    int i = 0;
    while (i < connections.size()) {
      Http2Upstream connection = connections.get(i);
      if (connection.hasRoom() && connection.isIdle() && !trusting) {
        connection.listen();
      }
      if (connection.hasRoom()) {
        listener.connected(connection.begin(listener, timeouts));
        return null;
      }
      // One that turned out to be closed is in the list no more.
      if (i < connections.size() && connections.get(i) == connection) {
        i++;
      }
    }
    Http2Attempt attempt = new Http2Attempt(this, client.loop(), timeouts, listener);
    waiting.add(attempt);
    dial();
    return attempt;
  }

  private void dial() {
    while ((long) dials.size() * expected < waiting.size()) {
      Dial dial = new Dial(client, target, this);
      dials.add(dial);
      dial.start();
    }
  }

  /** A request waits no longer. */
  void left(Http2Attempt attempt) {
    waiting.remove(attempt);
    if (waiting.isEmpty()) {
      dials.forEach(Dial::cancel);
      dials.clear();
      tidy();
    }
  }

  @Override
  public void ready(Dial dial, StreamConnection connection) {
    dials.remove(dial);
    Http2Upstream made = new Http2Upstream(client, this, connection, target.isSecure());
    connections.add(made);
    serve(made);
    // Whoever it was made for may have found room elsewhere.
    made.restIfIdle();
  }

  @Override
  public void failed(Dial dial, String detail) {
    dials.remove(dial);
    int count = dials.isEmpty() ? waiting.size() : Math.min(expected, waiting.size());
    // Whoever fails may come again at once; those are not meant.
    List<Http2Attempt> failing = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Http2Attempt attempt = waiting.poll();
      if (attempt != null) {
        failing.add(attempt);
      }
    }
    for (Http2Attempt attempt : failing) {
      attempt.fail(UpstreamFailure.Kind.CONNECT, detail);
    }
    tidy();
  }

  /** A connection has room (again). */
  void serve(Http2Upstream connection) {
    while (connection.hasRoom()) {
      Http2Attempt attempt = waiting.poll();
      if (attempt == null) {
        return;
      }
      attempt.connected(connection);
    }
    dial();
  }

  /** What the target says about its connections. */
  void expect(int streams) {
    expected = Math.clamp(streams, 1, Http2Upstream.ASSUMED_STREAMS);
  }

  /** A connection takes no more requests. */
  void retire(Http2Upstream connection) {
    connections.remove(connection);
    tidy();
  }

  /** Closes what is idle and lets the rest finish. */
  void drain() {
    for (Http2Upstream connection : List.copyOf(connections)) {
      connection.retire();
    }
  }

  private void tidy() {
    if (connections.isEmpty() && dials.isEmpty() && waiting.isEmpty()) {
      client.forget(this);
    }
  }
}
