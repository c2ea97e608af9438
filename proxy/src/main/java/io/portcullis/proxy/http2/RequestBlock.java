package io.portcullis.proxy.http2;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.wire.Octets;
import io.portcullis.proxy.wire.RequestHead;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header block of a request, or the trailers of one, held to RFC 9113, section 8. One object
 * serves all connections of a thread; what it says is valid until the next block.
 */
public final class RequestBlock implements HpackDecoder.Fields {
  private static final int MAX_LINES = 1000;
  private static final int FIELD_OVERHEAD = 32;
  private static final byte[] HOST = Octets.latin1("host");
  private static final byte[] COOKIE = Octets.latin1("cookie");
  private final FieldLines lines = new FieldLines();
  private byte[] cookies = new byte[256];
  private int cookieLength;
  private boolean trailers;
  private int limit;
  private int count;
  private long size;
  private boolean regular;
  private @Nullable String method;
  private @Nullable String scheme;
  private @Nullable String path;
  private @Nullable String authority;
  private boolean hostAdded;
  private long contentLength;
  private boolean expectsContinue;
  private boolean strangeExpectation;
  private @Nullable String malformation;
  private int refusal;
  private String complaint = "";

  /**
   * Begins a request's head.
   *
   * @param sizeLimit octets of names and values, with 32 for each line (RFC 9113, section 6.5.2)
   */
  public RequestBlock begin(int sizeLimit) {
    return begin(sizeLimit, false);
  }

  /** Begins trailers. */
  public RequestBlock beginTrailers(int sizeLimit) {
    return begin(sizeLimit, true);
  }

  private RequestBlock begin(int sizeLimit, boolean ofTrailers) {
    trailers = ofTrailers;
    limit = sizeLimit;
    lines.clear();
    if (cookies.length > 16 * 1024) {
      cookies = new byte[256];
    }
    cookieLength = 0;
    count = 0;
    size = 0;
    regular = false;
    method = null;
    scheme = null;
    path = null;
    authority = null;
    hostAdded = false;
    contentLength = -1;
    expectsContinue = false;
    strangeExpectation = false;
    malformation = null;
    refusal = 0;
    complaint = "";
    return this;
  }

  /** All fields are there: checks what concerns them together. */
  public void end() {
    if (cookieLength > 0) {
      lines.add(COOKIE, 0, COOKIE.length, cookies, 0, cookieLength);
    }
    if (trailers || malformation != null || refusal == 431) {
      return;
    }
    String verb = method;
    if (verb == null) {
      malformed("no :method");
    } else if (verb.equals("CONNECT")) {
      if (scheme != null || path != null || authority == null) {
        malformed("CONNECT with :scheme or :path, or without :authority");
      }
    } else if (scheme == null || path == null) {
      malformed("no :scheme or no :path");
    } else if (path.charAt(0) != '/' && !(path.equals("*") && verb.equals("OPTIONS"))) {
      malformed("a :path that is no path");
    } else if (authority == null) {
      refuse(400, "neither :authority nor host");
    } else if (strangeExpectation) {
      refuse(417, "an expectation other than 100-continue");
    }
  }

  @Override
  public void field(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    size += nameTo - nameFrom + valueTo - valueFrom + FIELD_OVERHEAD;
    if (size > limit || ++count > MAX_LINES) {
      refuse(431, "the head is over the limit");
      return;
    }
    if (malformation != null) {
      return;
    }
    if (nameTo == nameFrom) {
      malformed("an empty name");
    } else if (name[nameFrom] == ':') {
      pseudo(name, nameFrom, nameTo, value, valueFrom, valueTo);
    } else {
      regular = true;
      line(name, nameFrom, nameTo, value, valueFrom, valueTo);
    }
  }

  private void pseudo(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    if (regular || trailers) {
      malformed("a pseudo-header field in the wrong place");
      return;
    }
    switch (nameTo - nameFrom) {
      case 5 -> {
        if (Octets.same(name, nameFrom, nameTo, ":path") && path == null && valueTo > valueFrom) {
          for (int i = valueFrom; i < valueTo; i++) {
            if (!Octets.isTarget(value[i])) {
              malformed("a :path with what no path holds");
              return;
            }
          }
          path = Octets.string(value, valueFrom, valueTo);
          return;
        }
      }
      case 7 -> {
        if (Octets.same(name, nameFrom, nameTo, ":method") && method == null) {
          method(value, valueFrom, valueTo);
          return;
        }
        if (Octets.same(name, nameFrom, nameTo, ":scheme") && scheme == null) {
          boolean secure = Octets.same(value, valueFrom, valueTo, "https");
          scheme = secure ? "https" : Octets.string(value, valueFrom, valueTo);
          return;
        }
      }
      case 10 -> {
        if (Octets.same(name, nameFrom, nameTo, ":authority") && authority == null) {
          host(value, valueFrom, valueTo);
          return;
        }
      }
      default -> {}
    }
    malformed("a pseudo-header field that is unknown, empty or there twice");
  }

  private void method(byte[] value, int from, int to) {
    boolean good = to > from && to - from <= RequestHead.MAX_METHOD;
    for (int i = from; good && i < to; i++) {
      good = RequestHead.isMethod(value[i]);
    }
    if (good) {
      method = RequestHead.methodName(value, from, to);
    } else {
      method = "";
      refuse(400, "no method");
    }
  }

  private void host(byte[] value, int from, int to) {
    if (from == to) {
      refuse(400, "an empty :authority or host");
    }
    for (int i = from; i < to; i++) {
      if (!Octets.isHost(value[i])) {
        refuse(400, "an :authority or host that is none");
        break;
      }
    }
    authority = Octets.string(value, from, to);
    hostAdded = true;
    lines.add(HOST, 0, HOST.length, value, from, to);
  }

  private void line(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    boolean unusual = false;
    for (int i = nameFrom; i < nameTo; i++) {
      byte octet = name[i];
      if (Octets.lowerName(octet) != octet) {
        malformed("a name that is none, or not in lower case");
        return;
      }
      unusual |= Octets.isUnusual(octet);
    }
    if (FieldRules.hasControl(value, valueFrom, valueTo)) {
      malformed("a control character in a value");
      return;
    }
    if (valueTo > valueFrom && (isBlank(value[valueFrom]) || isBlank(value[valueTo - 1]))) {
      malformed("white space around a value");
      return;
    }
    // Kong passes over such lines; they are as legal as the others.
    if (!unusual && understand(name, nameFrom, nameTo, value, valueFrom, valueTo)) {
      lines.add(name, nameFrom, nameTo, value, valueFrom, valueTo);
    }
  }

  /** Takes note of what matters to the wire; false when the line is not to be added. */
  private boolean understand(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    switch (nameTo - nameFrom) {
      case 2 -> {
        if (Octets.same(name, nameFrom, nameTo, "te")
            && !Octets.same(value, valueFrom, valueTo, "trailers")) {
          return malformed("a te other than trailers");
        }
      }
      case 4 -> {
        if (Octets.same(name, nameFrom, nameTo, "host")) {
          return secondHost(value, valueFrom, valueTo);
        }
      }
      case 6 -> {
        if (Octets.same(name, nameFrom, nameTo, "cookie")) {
          crumb(value, valueFrom, valueTo);
          return false;
        }
        if (Octets.same(name, nameFrom, nameTo, "expect")) {
          expectsContinue = Octets.same(value, valueFrom, valueTo, "100-continue");
          strangeExpectation = !expectsContinue;
        }
      }
      case 14 -> {
        if (Octets.same(name, nameFrom, nameTo, "content-length")) {
          return length(value, valueFrom, valueTo);
        }
      }
      default -> {
        if (FieldRules.isOfConnection(name, nameFrom, nameTo)) {
          return malformed("a field of the connection");
        }
      }
    }
    return true;
  }

  /** A host beside :authority has to agree with it (RFC 9113, section 8.3.1). */
  private boolean secondHost(byte[] value, int from, int to) {
    if (trailers) {
      return malformed("host in trailers");
    }
    String known = authority;
    if (!hostAdded || known == null) {
      host(value, from, to);
    } else if (!known.equals(Octets.string(value, from, to))) {
      refuse(400, "two differing hosts");
    }
    return false;
  }

  private boolean length(byte[] value, int from, int to) {
    long length = FieldRules.contentLength(value, from, to);
    if (trailers || contentLength >= 0 || length < 0) {
      return malformed("a content-length that is none, or a second one");
    }
    contentLength = length;
    return true;
  }

  /** Cookies come in crumbs so that they compress; they leave as one (section 8.2.3). */
  private void crumb(byte[] value, int from, int to) {
    int more = to - from + 2;
    if (cookieLength + more > cookies.length) {
      cookies = Arrays.copyOf(cookies, Math.max(cookies.length * 2, cookieLength + more));
    }
    if (cookieLength > 0) {
      cookies[cookieLength++] = ';';
      cookies[cookieLength++] = ' ';
    }
    System.arraycopy(value, from, cookies, cookieLength, to - from);
    cookieLength += to - from;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private boolean malformed(String what) {
    if (malformation == null) {
      malformation = what;
    }
    return false;
  }

  private void refuse(int status, String what) {
    if (refusal == 0 || status == 431) {
      refusal = status;
      complaint = what;
    }
  }

  /** What makes the block malformed, so that its stream cannot be answered; null when nothing. */
  public @Nullable String malformation() {
    return malformation;
  }

  /** Status of an answer to a head that is well-formed and still cannot be served; 0 when none. */
  public int refusal() {
    return refusal;
  }

  /** What is wrong with a refused head, for the log. */
  public String complaint() {
    return complaint;
  }

  /** Empty when a refused head came without. */
  public String method() {
    return method == null ? "" : method;
  }

  /** Path and query; what CONNECT connects to. */
  public String target() {
    return path != null ? path : method().equals("CONNECT") && authority != null ? authority : "";
  }

  public @Nullable String authority() {
    return authority;
  }

  /** The announced length of the body, or -1. */
  public long contentLength() {
    return contentLength;
  }

  public boolean expectsContinue() {
    return expectsContinue;
  }

  /** The lines as octets, to be read with {@link #headers}; an array of their own. */
  public byte[] lines() {
    return lines.copy();
  }

  /** The lines; their octets are kept and not to be changed. */
  public static Headers headers(byte[] octets) {
    return FieldLines.read(octets);
  }
}
