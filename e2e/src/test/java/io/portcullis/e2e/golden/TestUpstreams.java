package io.portcullis.e2e.golden;

import io.portcullis.e2e.upstream.TestUpstream;
import java.util.ArrayList;
import java.util.List;

/** The three upstreams whose ports are written into the scenarios. */
final class TestUpstreams implements AutoCloseable {
  static final int FIRST_PORT = 15501;

  private final List<TestUpstream> running = new ArrayList<>();

  TestUpstreams() {
    for (int i = 0; i < 3; i++) {
      running.add(TestUpstream.start(FIRST_PORT + i));
    }
  }

  void forget() {
    running.forEach(TestUpstream::forget);
  }

  @Override
  public void close() {
    running.forEach(TestUpstream::close);
  }
}
