package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;

/**
 * What request and response heads have in common: the strict parser of header lines (RFC 9112,
 * section 5) and the framing they announce. One object serves a connection's messages in turn.
 */
public abstract class Head {
  /** Answer of {@code parse}: the head goes on. */
  public static final int INCOMPLETE = -1;

  /** Answer of {@code parse}: see {@link #refusal} and {@link #complaint}. */
  public static final int REFUSED = -2;

  private static final int MAX_LINES = 1000;
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final Headers NONE = new Headers();

  private Headers headers = NONE;
  private byte[] wire = {};
  private long contentLength = -1;
  private boolean chunked;
  private boolean close;
  private boolean keepAlive;
  private boolean nominating;
  private boolean upgrade;
  private int refusal;
  private String complaint = "";

  /** Line of the transfer coding, until it is understood. */
  private int codingFrom = -1;

  private int codingTo;

  Head() {}

  /** The lines; they lie over the octets that were parsed. */
  public Headers headers() {
    return headers;
  }

  byte[] wire() {
    return wire;
  }

  /** The announced length of the body, or -1. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the body comes in chunks. */
  public boolean isChunked() {
    return chunked;
  }

  /** Whether Connection says {@code close}. */
  public boolean saysClose() {
    return close;
  }

  /** Whether Connection says {@code keep-alive}. */
  public boolean saysKeepAlive() {
    return keepAlive;
  }

  /** Whether Connection names anything but close, keep-alive and upgrade. */
  public boolean nominates() {
    return nominating;
  }

  /** Whether Connection says {@code upgrade}. */
  public boolean saysUpgrade() {
    return upgrade;
  }

  /** Status that a refused head deserves. */
  public int refusal() {
    return refusal;
  }

  /** What is wrong with a refused head, for the log. */
  public String complaint() {
    return complaint;
  }

  int refuse(int status, String why) {
    refusal = status;
    complaint = why;
    return REFUSED;
  }

  void begin(byte[] octets) {
    wire = octets;
    headers = Headers.over(octets);
    contentLength = -1;
    chunked = false;
    close = false;
    keepAlive = false;
    nominating = false;
    upgrade = false;
    codingFrom = -1;
    refusal = 0;
  }

  /**
   * Parses lines up to and with the empty one.
   *
   * @param skipUnusual whether lines with unusual but legal names are left out, as Kong does with a
   *     request's
   * @return the position behind, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  int parseLines(byte[] b, int from, int to, boolean skipUnusual) {
    byte[] names = Octets.NAME;
    boolean[] unusual = Octets.UNUSUAL;
    int i = from;
    for (int lines = 0; ; lines++) {
      if (i >= to) {
        return INCOMPLETE;
      }
      if (b[i] == '\r') {
        if (i + 1 >= to) {
          return INCOMPLETE;
        }
        return b[i + 1] == '\n' ? i + 2 : refuse(400, "a bare CR");
      }
      if (lines == MAX_LINES) {
        return refuse(431, "too many header lines");
      }
      int nameFrom = i;
      int hash = 0;
      boolean odd = false;
      int octet = 0;
      while (i < to) {
        octet = b[i] & 0xff;
        int lower = names[octet];
        if (lower == 0) {
          break;
        }
        odd |= unusual[octet];
        hash = 31 * hash + lower;
        i++;
      }
      if (i == to) {
        return INCOMPLETE;
      }
      if (octet != ':' || i == nameFrom) {
        return refuse(400, "a header line that does not start with a name and a colon");
      }
      int nameTo = i++;
      while (i < to && (b[i] == ' ' || b[i] == '\t')) {
        i++;
      }
      int valueFrom = i;
      while (i < to) {
        int c = b[i];
        if (c < ' ' && c >= 0 && c != '\t' || c == 0x7f) {
          break;
        }
        i++;
      }
      if (i >= to) {
        return INCOMPLETE;
      }
      if (b[i] != '\r') {
        return refuse(400, "a control character in a header value");
      }
      if (i + 1 >= to) {
        return INCOMPLETE;
      }
      if (b[i + 1] != '\n') {
        return refuse(400, "a bare CR");
      }
      int valueTo = i;
      while (valueTo > valueFrom && (b[valueTo - 1] == ' ' || b[valueTo - 1] == '\t')) {
        valueTo--;
      }
      i += 2;
      if (odd && skipUnusual) {
        continue;
      }
      headers.addSpan(nameFrom, nameTo, valueFrom, valueTo, hash);
      if (!understand(b, nameFrom, nameTo, valueFrom, valueTo)) {
        return REFUSED;
      }
    }
  }

  /** Takes note of a line that matters to the wire; false refuses the head. */
  boolean understand(byte[] b, int nameFrom, int nameTo, int valueFrom, int valueTo) {
    switch (nameTo - nameFrom) {
      case 10 -> {
        if (Octets.same(b, nameFrom, nameTo, "connection")) {
          connection(b, valueFrom, valueTo);
        }
      }
      case 14 -> {
        if (Octets.same(b, nameFrom, nameTo, "content-length")) {
          return length(b, valueFrom, valueTo);
        }
      }
      case 17 -> {
        if (Octets.same(b, nameFrom, nameTo, "transfer-encoding")) {
          if (codingFrom >= 0) {
            refuse(400, "more than one Transfer-Encoding");
            return false;
          }
          codingFrom = valueFrom;
          codingTo = valueTo;
        }
      }
      default -> {}
    }
    return true;
  }

  /** Decides the framing once all lines are known; false refuses the head. */
  boolean frame(int minorVersion) {
    if (codingFrom < 0) {
      return true;
    }
    if (contentLength >= 0) {
      refuse(400, "both Content-Length and Transfer-Encoding");
      return false;
    }
    if (minorVersion == 0) {
      refuse(400, "Transfer-Encoding in HTTP/1.0");
      return false;
    }
    if (Octets.same(wire, codingFrom, codingTo, "chunked")) {
      chunked = true;
      return true;
    }
    boolean mentioned =
        Octets.string(wire, codingFrom, codingTo)
            .toLowerCase(java.util.Locale.ROOT)
            .contains("chunked");
    refuse(mentioned ? 400 : 501, "a transfer coding other than chunked");
    return false;
  }

  private boolean length(byte[] b, int from, int to) {
    if (contentLength >= 0) {
      refuse(400, "more than one Content-Length");
      return false;
    }
    if (to == from || to - from > MAX_LENGTH_DIGITS) {
      refuse(400, "a Content-Length that is no length");
      return false;
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        refuse(400, "a Content-Length that is no length");
        return false;
      }
      length = length * 10 + digit;
    }
    contentLength = length;
    return true;
  }

  private void connection(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      int end = at;
      while (end < to && b[end] != ',') {
        end++;
      }
      int first = at;
      int last = end;
      while (first < last && (b[first] == ' ' || b[first] == '\t')) {
        first++;
      }
      while (last > first && (b[last - 1] == ' ' || b[last - 1] == '\t')) {
        last--;
      }
      if (Octets.same(b, first, last, "close")) {
        close = true;
      } else if (Octets.same(b, first, last, "keep-alive")) {
        keepAlive = true;
      } else if (Octets.same(b, first, last, "upgrade")) {
        upgrade = true;
      } else if (last > first) {
        nominating = true;
      }
      at = end + 1;
    }
  }
}
