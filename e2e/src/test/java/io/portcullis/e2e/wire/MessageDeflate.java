package io.portcullis.e2e.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/** Messages as permessage-deflate has them (RFC 7692, section 7.2), each for itself. */
public final class MessageDeflate {
  private static final int TAIL = 4;

  private MessageDeflate() {}

  /** Flushed, without the four octets at the end. */
  public static byte[] deflated(byte[] message) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(all, deflater, 512, true)) {
      out.write(message);
      out.flush();
      return Arrays.copyOf(all.toByteArray(), all.size() - TAIL);
    } finally {
      deflater.end();
    }
  }

  /**
   * The message of a payload.
   *
   * @param limit octets that are looked at; a longer message is cut
   */
  public static byte[] inflated(byte[] payload, int limit) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      byte[] input = Arrays.copyOf(payload, payload.length + TAIL);
      input[payload.length + 2] = (byte) 0xff;
      input[payload.length + 3] = (byte) 0xff;
      inflater.setInput(input);
      byte[] message = new byte[limit];
      return Arrays.copyOf(message, inflater.inflate(message));
    } finally {
      inflater.end();
    }
  }
}
