package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the body in the octets behind a head, by length, by chunks (RFC 9112, section 7.1, without
 * leniency) or until the connection ends. It copies nothing: {@link #next} says how many octets at
 * the input's position belong to the body.
 */
public final class BodyReader {
  /** Answer of {@link #next}: the body is over. */
  public static final int END = -1;

  /** Answer of {@link #next}: these are no chunks. */
  public static final int MALFORMED = -2;

  private static final int MAX_EXTENSION = 4096;
  private static final int MAX_TRAILERS = 32 * 1024;
  private static final int MAX_SIZE_DIGITS = 15;

  private enum State {
    NONE,
    LENGTH,
    UNTIL_CLOSE,
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS,
    DONE
  }

  private State state = State.NONE;
  private long remaining;
  private int digits;
  private int extension;
  private byte @Nullable [] trailerBytes;
  private int trailerLength;
  private @Nullable Headers trailers;

  /** No body. */
  public void none() {
    begin(State.DONE, 0);
  }

  /** That many octets. */
  public void length(long octets) {
    begin(octets == 0 ? State.DONE : State.LENGTH, octets);
  }

  public void chunked() {
    begin(State.SIZE, 0);
  }

  /** Everything up to the end of the connection. */
  public void untilClose() {
    begin(State.UNTIL_CLOSE, 0);
  }

  private void begin(State first, long octets) {
    state = first;
    remaining = octets;
    digits = 0;
    extension = 0;
    trailerBytes = null;
    trailerLength = 0;
    trailers = null;
  }

  /** Whether the body was read to its end. */
  public boolean isDone() {
    return state == State.DONE || state == State.NONE;
  }

  /** Whether the end of the connection is the end of the body. */
  public boolean endsWithConnection() {
    return state == State.UNTIL_CLOSE;
  }

  /** Octets still to come when the length is known, else -1. */
  public long remaining() {
    return state == State.LENGTH ? remaining : isDone() ? 0 : -1;
  }

  /** What came behind the last chunk; null when nothing did. */
  public @Nullable Headers trailers() {
    return trailers;
  }

  /**
   * Reads framing.
   *
   * @param input at the next octet; left at the body's octets
   * @return how many octets at the position are the body's (to be taken, see {@link #took}), 0 when
   *     more input is needed, {@link #END} or {@link #MALFORMED}
   */
  public int next(ByteBuffer input) {
    while (true) {
      switch (state) {
        case NONE, DONE -> {
          return END;
        }
        case LENGTH, DATA -> {
          return (int) Math.min(remaining, input.remaining());
        }
        case UNTIL_CLOSE -> {
          return input.remaining();
        }
        default -> {
          if (!input.hasRemaining()) {
            return 0;
          }
          if (!frame(input)) {
            return MALFORMED;
          }
        }
      }
    }
  }

  /** Tells that body octets were taken from the input. */
  public void took(int octets) {
    if (state == State.UNTIL_CLOSE) {
      return;
    }
    remaining -= octets;
    if (remaining == 0) {
      state = state == State.DATA ? State.DATA_CR : State.DONE;
    }
  }

  private boolean frame(ByteBuffer input) {
    return switch (state) {
      case SIZE -> size(input.get());
      case EXTENSION -> extension(input.get());
      case SIZE_LF -> {
        extension = 0;
        digits = 0;
        state = remaining == 0 ? State.TRAILERS : State.DATA;
        yield input.get() == '\n';
      }
      case DATA_CR -> {
        state = State.DATA_LF;
        yield input.get() == '\r';
      }
      case DATA_LF -> {
        state = State.SIZE;
        yield input.get() == '\n';
      }
      case TRAILERS -> trailers(input);
      case NONE, LENGTH, UNTIL_CLOSE, DATA, DONE -> throw new IllegalStateException(state.name());
    };
  }

  private boolean extension(byte octet) {
    if (octet == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    boolean control = octet >= 0 && octet < ' ' && octet != '\t' || octet == 0x7f;
    return ++extension <= MAX_EXTENSION && !control;
  }

  private boolean size(byte octet) {
    int digit = Character.digit(octet, 16);
    if (digit >= 0) {
      remaining = remaining << 4 | digit;
      return ++digits <= MAX_SIZE_DIGITS;
    }
    if (digits == 0) {
      return false;
    }
    if (octet == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    state = State.EXTENSION;
    return octet == ';';
  }

  private boolean trailers(ByteBuffer input) {
    if (trailerLength == 0 && input.remaining() >= 2 && input.get(input.position()) == '\r') {
      input.get();
      state = State.DONE;
      return input.get() == '\n';
    }
    byte[] bytes = trailerBytes;
    if (bytes == null) {
      bytes = new byte[256];
    }
    while (input.hasRemaining()) {
      if (trailerLength == bytes.length) {
        if (trailerLength >= MAX_TRAILERS) {
          return false;
        }
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      byte octet = input.get();
      bytes[trailerLength++] = octet;
      int n = trailerLength;
      if (octet == '\n' && (n == 1 || bytes[n - 2] != '\r')) {
        return false;
      }
      boolean emptyLine =
          octet == '\n'
              && bytes[Math.max(n - 2, 0)] == '\r'
              && (n == 2 || n >= 4 && bytes[n - 3] == '\n' && bytes[n - 4] == '\r');
      if (emptyLine) {
        state = State.DONE;
        TrailerLines lines = new TrailerLines();
        if (!lines.parse(bytes, n)) {
          return false;
        }
        trailers = lines.headers().size() == 0 ? null : lines.headers();
        trailerBytes = null;
        return true;
      }
    }
    trailerBytes = bytes;
    return true;
  }

  /** The lines of a trailer section; what frames or routes a message may not stand there. */
  private static final class TrailerLines extends Head {
    boolean parse(byte[] bytes, int length) {
      begin(bytes);
      return parseLines(bytes, 0, length, false) == length;
    }

    @Override
    boolean understand(byte[] b, int nameFrom, int nameTo, int valueFrom, int valueTo) {
      return !Octets.same(b, nameFrom, nameTo, "content-length")
          && !Octets.same(b, nameFrom, nameTo, "transfer-encoding")
          && !Octets.same(b, nameFrom, nameTo, "host");
    }
  }
}
