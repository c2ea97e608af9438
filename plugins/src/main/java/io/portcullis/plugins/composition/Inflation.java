package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Undoes the one compression that the gateway asks backends for. */
final class Inflation {
  private static final int CHUNK = 8192;

  private Inflation() {}

  static boolean isGzip(Answer answer) {
    String encoding = answer.headers().get("content-encoding");
    return encoding != null && encoding.toLowerCase(Locale.ROOT).equals("gzip");
  }

  /**
   * @throws IOException when it is not gzip, is cut off or is longer than {@code limit} inflated
   */
  static byte[] inflated(byte[] body, int limit) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.min(limit, body.length * 4));
    byte[] chunk = new byte[CHUNK];
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body), CHUNK)) {
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        if (plain.size() + count > limit) {
          throw new IOException("an answer of more than " + limit + " octets when inflated");
        }
        plain.write(chunk, 0, count);
      }
    }
    return plain.toByteArray();
  }
}
