package io.portcullis.proxy.wire;

/** Parser of response heads; holds the last one. */
public final class ResponseHead extends Head {
  private static final int STATUS_LINE = "HTTP/1.1 200".length();
  private int status;
  private int minorVersion;
  private int reasonFrom;
  private int reasonTo;

  /**
   * Parses a head.
   *
   * @param octets kept by the {@link #headers}, so not to be changed afterwards
   * @return the position behind it, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  public int parse(byte[] octets, int from, int to) {
    begin(octets);
    if (to - from < STATUS_LINE + 1) {
      return plausible(octets, from, to) ? INCOMPLETE : refuse(502, "no status line");
    }
    if (!plausible(octets, from, from + 5)
        || octets[from + 5] != '1'
        || octets[from + 6] != '.'
        || octets[from + 8] != ' ') {
      return refuse(502, "no status line");
    }
    minorVersion = octets[from + 7] - '0';
    if (minorVersion < 0 || minorVersion > 9) {
      return refuse(502, "no status line");
    }
    minorVersion = Math.min(minorVersion, 1);
    int hundreds = octets[from + 9] - '0';
    int tens = octets[from + 10] - '0';
    int ones = octets[from + 11] - '0';
    if (hundreds < 1 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) {
      return refuse(502, "no status");
    }
    status = hundreds * 100 + tens * 10 + ones;
    int i = from + STATUS_LINE;
    // Servers leave out the space before an empty reason; nothing depends on it.
    if (octets[i] == ' ') {
      i++;
    } else if (octets[i] != '\r') {
      return refuse(502, "no status");
    }
    reasonFrom = i;
    while (i < to) {
      int c = octets[i];
      if (c < ' ' && c >= 0 && c != '\t' || c == 0x7f) {
        break;
      }
      i++;
    }
    if (i + 1 >= to) {
      return i < to && octets[i] != '\r' ? refuse(502, "a broken reason") : INCOMPLETE;
    }
    if (octets[i] != '\r' || octets[i + 1] != '\n') {
      return refuse(502, "a broken reason");
    }
    reasonTo = i;
    int end = parseLines(octets, i + 2, to, false);
    if (end < 0) {
      return end;
    }
    return frame(minorVersion) ? end : REFUSED;
  }

  /** 100 to 999. */
  public int status() {
    return status;
  }

  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public int minorVersion() {
    return minorVersion;
  }

  /** The text behind the status; may be empty. */
  public String reason() {
    return Octets.string(wire(), reasonFrom, reasonTo);
  }

  /** Whether the target leaves the connection open. */
  public boolean persists() {
    return minorVersion == 1 ? !saysClose() : saysKeepAlive() && !saysClose();
  }

  private static boolean plausible(byte[] b, int from, int to) {
    String start = "HTTP/";
    for (int i = from; i < to && i - from < start.length(); i++) {
      if (b[i] != start.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }
}
