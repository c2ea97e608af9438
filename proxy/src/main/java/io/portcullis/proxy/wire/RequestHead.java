package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import org.jspecify.annotations.Nullable;

/** Parser of request heads; holds the last one. */
public final class RequestHead extends Head {
  /** Octets of the longest method. */
  public static final int MAX_METHOD = 64;

  private static final String[] METHODS = {
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"
  };

  private String method = "";
  private int targetFrom;
  private int targetTo;
  private int minorVersion;
  private int hostFrom;
  private int hostTo;
  private int hosts;
  private boolean expectsContinue;
  private @Nullable String expectation;

  /**
   * Parses a head.
   *
   * @param octets kept by the {@link #headers}, so not to be changed afterwards
   * @return the position behind it, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  public int parse(byte[] octets, int from, int to) {
    reset();
    begin(octets);
    int i = from;
    // RFC 9112, section 2.2: an empty line before a request line is to be ignored.
    while (i < to && octets[i] == '\r') {
      if (i + 1 >= to) {
        return INCOMPLETE;
      }
      if (octets[i + 1] != '\n') {
        return refuse(400, "a bare CR");
      }
      i += 2;
    }
    int methodFrom = i;
    while (i < to && isMethod(octets[i])) {
      i++;
    }
    if (i - methodFrom > MAX_METHOD) {
      return refuse(400, "a method that is too long");
    }
    if (i >= to) {
      return INCOMPLETE;
    }
    if (octets[i] != ' ' || i == methodFrom) {
      return refuse(400, "no method");
    }
    method = methodName(octets, methodFrom, i);
    int start = ++i;
    boolean[] target = Octets.TARGET;
    while (i < to && target[octets[i] & 0xff]) {
      i++;
    }
    if (i >= to) {
      return INCOMPLETE;
    }
    if (octets[i] != ' ' || i == start) {
      return refuse(400, "no request target");
    }
    targetFrom = start;
    targetTo = i++;
    int end = version(octets, i, to);
    if (end < 0) {
      return end;
    }
    end = parseLines(octets, end, to, true);
    if (end < 0) {
      return end;
    }
    if (hosts == 0 && minorVersion == 1) {
      return refuse(400, "no Host");
    }
    if (hosts > 1) {
      return refuse(400, "more than one Host");
    }
    if (!frame(minorVersion)) {
      return REFUSED;
    }
    return end;
  }

  /** Forgets the last head: HTTP/1.1, no method, no target, no lines. */
  public void blank() {
    begin(new byte[0]);
    reset();
  }

  private void reset() {
    method = "";
    targetFrom = 0;
    targetTo = 0;
    minorVersion = 1;
    hosts = 0;
    expectsContinue = false;
    expectation = null;
  }

  @Override
  boolean understand(byte[] b, int nameFrom, int nameTo, int valueFrom, int valueTo) {
    return switch (nameTo - nameFrom) {
      case 4 -> !Octets.same(b, nameFrom, nameTo, "host") || host(b, valueFrom, valueTo);
      case 6 -> {
        if (Octets.same(b, nameFrom, nameTo, "expect")) {
          expect(b, valueFrom, valueTo);
        }
        yield true;
      }
      default -> super.understand(b, nameFrom, nameTo, valueFrom, valueTo);
    };
  }

  private boolean host(byte[] b, int from, int to) {
    hosts++;
    hostFrom = from;
    hostTo = to;
    for (int i = from; i < to; i++) {
      if (!Octets.HOST[b[i] & 0xff]) {
        refuse(400, "a Host that is no host");
        return false;
      }
    }
    return true;
  }

  private void expect(byte[] b, int from, int to) {
    if (Octets.same(b, from, to, "100-continue")) {
      expectsContinue = true;
    } else {
      expectation = Octets.string(b, from, to);
    }
  }

  public String method() {
    return method;
  }

  /** The request target as sent. */
  public String target() {
    return Octets.string(wire(), targetFrom, targetTo);
  }

  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public int minorVersion() {
    return minorVersion;
  }

  /** The value of Host; null when there is none. */
  public @Nullable String host() {
    return hosts == 0 ? null : Octets.string(wire(), hostFrom, hostTo);
  }

  /** Whether the client waits for {@code 100 Continue} before it sends the body. */
  public boolean expectsContinue() {
    return expectsContinue && minorVersion == 1;
  }

  /** An expectation that nobody here can meet; null when there is none. */
  public @Nullable String strangeExpectation() {
    return expectation;
  }

  /** The lines once more, as they came. */
  public Headers again() {
    RequestHead copy = new RequestHead();
    copy.parse(wire(), 0, wire().length);
    return copy.headers();
  }

  /** Whether a body follows, even an empty one. */
  public boolean hasBody() {
    return isChunked() || contentLength() > 0;
  }

  /** Whether the client wants to use the connection again. */
  public boolean persists() {
    return minorVersion == 1 ? !saysClose() : saysKeepAlive() && !saysClose();
  }

  private int version(byte[] b, int from, int to) {
    // HTTP/1.x CR LF
    if (to - from < 10) {
      for (int i = from; i < to; i++) {
        if (b[i] == '\n') {
          return refuse(400, "no version");
        }
      }
      return INCOMPLETE;
    }
    if (b[from] != 'H'
        || b[from + 1] != 'T'
        || b[from + 2] != 'T'
        || b[from + 3] != 'P'
        || b[from + 4] != '/'
        || b[from + 6] != '.'
        || b[from + 8] != '\r'
        || b[from + 9] != '\n') {
      return refuse(400, "no version");
    }
    int minor = b[from + 7] - '0';
    if (b[from + 5] != '1' || minor < 0 || minor > 1) {
      return refuse(505, "a version other than HTTP/1.0 and HTTP/1.1");
    }
    minorVersion = minor;
    return from + 10;
  }

  /** Whether a method may hold the octet; Kong takes these. */
  public static boolean isMethod(byte octet) {
    return octet >= 'A' && octet <= 'Z' || octet == '-' || octet == '_';
  }

  /** The method of those octets; no new text for a common one. */
  public static String methodName(byte[] b, int from, int to) {
    int length = to - from;
    for (String known : METHODS) {
      if (known.length() == length && matches(b, from, known)) {
        return known;
      }
    }
    return Octets.string(b, from, to);
  }

  private static boolean matches(byte[] b, int from, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (b[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
