package io.portcullis.core.plugin;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Rewrites the body of one answer as it streams. Runs on the exchange's I/O thread and may not
 * block.
 */
@FunctionalInterface
public interface BodyFilter {
  /**
   * Takes the next bytes and passes on what replaces them.
   *
   * @param chunk bytes of the body, to be read to the end; valid during the call only
   * @param last whether this is the end of the body; the chunk may then be empty
   * @param out takes zero or more buffers, in order; a buffer given to it is not to be touched
   *     afterwards
   */
  void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out);

  /**
   * Whether it passes on as many octets as it is given, so that the answer's length still holds.
   */
  default boolean keepsLength() {
    return false;
  }
}
