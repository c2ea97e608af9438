package io.portcullis.plugins.grpcweb;

import io.portcullis.core.plugin.BodyFilter;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.function.Consumer;

/**
 * Decodes a body of base64 as it comes. Messages may have been encoded one by one, so that padding
 * stands amid the text.
 */
final class Base64Input implements BodyFilter {
  private static final int GROUP = 4;
  private static final int DECODED_GROUP = 3;

  /** The start of a group whose end is still to come. */
  private final byte[] group = new byte[GROUP];

  private int filled;

  @Override
  public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
    int groups = (filled + chunk.remaining()) / GROUP;
    if (groups > 0) {
      ByteBuffer decoded = ByteBuffer.allocate(groups * DECODED_GROUP);
      while (filled + chunk.remaining() >= GROUP) {
        int count = GROUP - filled;
        chunk.get(group, filled, count);
        filled = 0;
        decoded.put(Base64.getDecoder().decode(group));
      }
      out.accept(decoded.flip());
    }
    while (chunk.hasRemaining()) {
      group[filled++] = chunk.get();
    }
    if (last && filled > 0) {
      throw new IllegalArgumentException("base64 that ends within a group");
    }
  }
}
