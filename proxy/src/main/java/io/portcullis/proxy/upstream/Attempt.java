package io.portcullis.proxy.upstream;

/** A request that waits for its connection. Belongs to its I/O thread. */
public interface Attempt {
  /** Gives up; the listener hears nothing. */
  void cancel();
}
