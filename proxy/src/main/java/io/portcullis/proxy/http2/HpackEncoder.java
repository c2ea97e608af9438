package io.portcullis.proxy.http2;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.LineSink;
import java.util.Arrays;
import java.util.Locale;

/**
 * Compresses header blocks with the static table alone (RFC 7541): what it writes depends on
 * nothing that was written before, so one object serves all connections of a thread, and a block
 * costs little more than copying it.
 */
public final class HpackEncoder implements LineSink {
  private static final int INITIAL = 4096;
  private static final int MOST_KEPT = 64 * 1024;
  private static final int WITHOUT_INDEXING = 0;
  private static final int NEVER_INDEXED = 0x10;
  private static final int AUTHORIZATION = StaticTable.name("authorization");
  private static final int SET_COOKIE = StaticTable.name("set-cookie");
  private static final int COOKIE = StaticTable.name("cookie");
  private byte[] bytes = new byte[INITIAL];
  private int length;

  /**
   * Begins a block.
   *
   * @param peer whose decoder waits for a word when it changed its table's size
   */
  public HpackEncoder begin(PeerSettings peer) {
    if (bytes.length > MOST_KEPT) {
      bytes = new byte[INITIAL];
    }
    length = 0;
    if (peer.takeTableResized()) {
      // Nothing is ever put into the table, so any size will do.
      bytes[length++] = 0x20;
    }
    return this;
  }

  /** The block so far; valid until the next {@link #begin}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Octets of the block so far. */
  public int length() {
    return length;
  }

  /** The pseudo-header field of an answer. */
  public void status(int status) {
    ensure(8);
    int index =
        switch (status) {
          case 200 -> StaticTable.STATUS_200;
          case 204 -> StaticTable.STATUS_200 + 1;
          case 206 -> StaticTable.STATUS_200 + 2;
          case 304 -> StaticTable.STATUS_200 + 3;
          case 400 -> StaticTable.STATUS_200 + 4;
          case 404 -> StaticTable.STATUS_200 + 5;
          case 500 -> StaticTable.STATUS_200 + 6;
          default -> 0;
        };
    if (index > 0) {
      bytes[length++] = (byte) (0x80 | index);
      return;
    }
    bytes[length++] = StaticTable.STATUS_200;
    bytes[length++] = 3;
    bytes[length++] = (byte) ('0' + status / 100 % 10);
    bytes[length++] = (byte) ('0' + status / 10 % 10);
    bytes[length++] = (byte) ('0' + status % 10);
  }

  /** The pseudo-header fields of a request. */
  public void request(String method, boolean secure, String authority, String path) {
    ensure(method.length() + authority.length() + path.length() + 32);
    if (method.equals("POST")) {
      bytes[length++] = (byte) (0x80 | StaticTable.METHOD_GET + 1);
    } else if (method.equals("GET")) {
      bytes[length++] = (byte) (0x80 | StaticTable.METHOD_GET);
    } else {
      literal(StaticTable.METHOD_GET, method);
    }
    bytes[length++] =
        (byte) (0x80 | (secure ? StaticTable.SCHEME_HTTP + 1 : StaticTable.SCHEME_HTTP));
    literal(StaticTable.AUTHORITY, authority);
    literal(StaticTable.PATH, path);
  }

  private void literal(int name, String value) {
    integer(WITHOUT_INDEXING, 4, name);
    integer(0, 7, value.length());
    text(value);
  }

  /** The Date field. */
  public void date(byte[] value) {
    ensure(value.length + 12);
    integer(WITHOUT_INDEXING, 4, StaticTable.DATE);
    integer(0, 7, value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
  }

  /** The Content-Length field. */
  public void contentLength(long number) {
    ensure(40);
    integer(WITHOUT_INDEXING, 4, StaticTable.CONTENT_LENGTH);
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    bytes[length++] = (byte) digits;
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  @Override
  public void put(Headers headers, int i) {
    int valueLength = headers.valueLength(i);
    ensure(headers.nameLength(i) + valueLength + 16);
    int index = StaticTable.name(headers, i);
    integer(indexing(index), 4, index);
    if (index == 0) {
      integer(0, 7, headers.nameLength(i));
      length = headers.writeName(i, bytes, length);
    }
    integer(0, 7, valueLength);
    length = headers.writeValue(i, bytes, length);
  }

  @Override
  public void put(FixedLine line) {
    field(line.lowerName(), line.value());
  }

  @Override
  public void put(String name, String value) {
    field(name.toLowerCase(Locale.ROOT), value);
  }

  private void field(String lower, String value) {
    ensure(lower.length() + value.length() + 16);
    int index = StaticTable.name(lower);
    integer(indexing(index), 4, index);
    if (index == 0) {
      integer(0, 7, lower.length());
      text(lower);
    }
    integer(0, 7, value.length());
    text(value);
  }

  /** Secrets that come again must not be guessable from the size of blocks (section 7.1.3). */
  private static int indexing(int index) {
    return index != 0 && (index == AUTHORIZATION || index == SET_COOKIE || index == COOKIE)
        ? NEVER_INDEXED
        : WITHOUT_INDEXING;
  }

  @SuppressWarnings("deprecation") // the one copy from String that makes no intermediate array
  private void text(String text) {
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  private void integer(int flags, int prefix, int value) {
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      bytes[length++] = (byte) (flags | value);
      return;
    }
    bytes[length++] = (byte) (flags | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      bytes[length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
