package io.portcullis.core.plugin;

import java.nio.ByteBuffer;

/**
 * The body of a peer's answer, still on its way. Nothing of it is read before {@link #flowTo};
 * whoever gets one calls that or {@link #cancel}. Thread-safe.
 */
public interface BodyFlow {
  /** Octets, negative when nobody knows. */
  long length();

  /** Begins; to be called once. */
  void flowTo(Receiver receiver);

  /** Stops for a while: what was read already may still come. */
  void pause();

  void resume();

  /** Gives up; nobody is told. */
  void cancel();

  /** Takes a body. Called on one I/O thread, which is not always the receiver's own. */
  interface Receiver {
    /** Octets, to be taken completely during the call. */
    void data(ByteBuffer data);

    /** Nothing more at the moment: time to pass on what came. */
    void paused();

    /** That was all; nothing else is called. */
    void end();

    /** The rest will not come; nothing else is called. */
    void failed(String problem);
  }
}
