package io.portcullis.e2e.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * One frame of RFC 6455, section 5.2, unmasked.
 *
 * @param flags FIN and the reserved bits, in the upper four bits
 */
public record WebSocketFrame(int flags, int opcode, byte[] payload) {
  public static final int TEXT = 1;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int FINAL = 0x80;
  private static final byte[] MASK = {1, 2, 3, 4};

  /** A whole message of {@code text}'s bytes. */
  public static WebSocketFrame text(byte[] text) {
    return new WebSocketFrame(FINAL, TEXT, text);
  }

  /** Reads a frame and takes its mask off; {@link java.io.EOFException} when the peer is gone. */
  public static WebSocketFrame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long size = second & 0x7f;
    if (size == 126) {
      size = in.readUnsignedShort();
    } else if (size == 127) {
      size = in.readLong();
    }
    byte[] mask = new byte[4];
    if ((second & 0x80) != 0) {
      in.readFully(mask);
    }
    byte[] payload = new byte[Math.toIntExact(size)];
    in.readFully(payload);
    return new WebSocketFrame(first & 0xf0, first & 0x0f, masked(payload, mask));
  }

  /** Writes the frame as a server does. */
  public void write(OutputStream out) throws IOException {
    write(out, false);
  }

  /** Writes the frame as a client must. */
  public void writeMasked(OutputStream out) throws IOException {
    write(out, true);
  }

  private void write(OutputStream out, boolean mask) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    int maskBit = mask ? 0x80 : 0;
    data.write(flags | opcode);
    if (payload.length < 126) {
      data.write(maskBit | payload.length);
    } else if (payload.length < 65_536) {
      data.write(maskBit | 126);
      data.writeShort(payload.length);
    } else {
      data.write(maskBit | 127);
      data.writeLong(payload.length);
    }
    if (mask) {
      data.write(MASK);
    }
    data.write(mask ? masked(payload, MASK) : payload);
    data.flush();
  }

  private static byte[] masked(byte[] payload, byte[] mask) {
    byte[] result = payload.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= mask[i % 4];
    }
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WebSocketFrame that
        && flags == that.flags
        && opcode == that.opcode
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * opcode + Arrays.hashCode(payload);
  }
}
