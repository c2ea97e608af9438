package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Undoes the one compression that the gateway asks backends for. */
final class Inflation {
  private static final int BUFFER = 8192;

  /** So much memory is asked for at a time; answers of ordinary size never ask. */
  private static final int PIECE = 128 * 1024;

  private Inflation() {}

  static boolean isGzip(Answer answer) {
    String encoding = answer.headers().get("content-encoding");
    return encoding != null && encoding.toLowerCase(Locale.ROOT).equals("gzip");
  }

  /**
   * @param memory for what it becomes
   * @throws IOException when it is not gzip, is cut off or is longer than {@code limit} inflated
   */
  static byte[] inflated(byte[] body, int limit, Allowance memory) throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    int length = 0;
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body), BUFFER)) {
      for (byte[] piece = stream.readNBytes(PIECE);
          piece.length > 0;
          piece = stream.readNBytes(PIECE)) {
        length += piece.length;
        if (length > limit) {
          throw new IOException("an answer of more than " + limit + " octets when inflated");
        }
        // In pieces, and then as a whole.
        if (piece.length == PIECE && !memory.take(2L * PIECE)) {
          throw new IOException("no memory for an answer of this size");
        }
        pieces.add(piece);
      }
    }
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    ByteBuffer whole = ByteBuffer.allocate(length);
    pieces.forEach(whole::put);
    return whole.array();
  }
}
