package io.portcullis.proxy.http2;

import io.portcullis.core.plugin.Headers;
import org.jspecify.annotations.Nullable;

/** The table of RFC 7541, appendix A. */
final class StaticTable {
  /** Number of entries; the first has index 1. */
  static final int SIZE = 61;

  static final int AUTHORITY = 1;
  static final int METHOD_GET = 2;
  static final int PATH = 4;
  static final int SCHEME_HTTP = 6;
  static final int STATUS_200 = 8;
  static final int CONTENT_LENGTH = 28;
  static final int DATE = 33;

  private static final String[] LINES = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", "",
  };
  private static final TableEntry[] ENTRIES = new TableEntry[SIZE + 1];
  private static final int MASK = 255;
  private static final byte[] BY_HASH = new byte[MASK + 1];
  private static final @Nullable String[] NAMES = new @Nullable String[SIZE + 1];

  static {
    for (int i = 1; i <= SIZE; i++) {
      String name = LINES[i * 2 - 2];
      ENTRIES[i] = TableEntry.of(name, LINES[i * 2 - 1]);
      if (!name.equals(NAMES[i - 1])) {
        int slot = slot(name.hashCode());
        while (BY_HASH[slot] != 0) {
          slot = slot + 1 & MASK;
        }
        BY_HASH[slot] = (byte) i;
      }
      NAMES[i] = name;
    }
  }

  private StaticTable() {}

  /**
   * An entry.
   *
   * @param index 1 to {@link #SIZE}
   */
  static TableEntry entry(int index) {
    return ENTRIES[index];
  }

  /** The first entry with the name of line {@code i}, or 0. */
  static int name(Headers headers, int i) {
    for (int slot = slot(headers.hash(i)); ; slot = slot + 1 & MASK) {
      int index = BY_HASH[slot];
      String name = NAMES[index];
      if (index == 0 || name == null) {
        return 0;
      }
      if (headers.nameIs(i, name)) {
        return index;
      }
    }
  }

  /** The first entry with a name in lower case, or 0. */
  static int name(String lowerCase) {
    for (int slot = slot(lowerCase.hashCode()); ; slot = slot + 1 & MASK) {
      int index = BY_HASH[slot];
      String name = NAMES[index];
      if (index == 0 || name == null) {
        return 0;
      }
      if (name.equals(lowerCase)) {
        return index;
      }
    }
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 8 ^ hash >>> 16) & MASK;
  }
}
