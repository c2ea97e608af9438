package io.portcullis.proxy.http2;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.wire.Octets;
import org.jspecify.annotations.Nullable;

/**
 * The header block of an answer, or the trailers of one, held to RFC 9113, section 8. One object
 * serves all connections of a thread; what it says is valid until the next block.
 */
public final class ResponseBlock implements HpackDecoder.Fields {
  private static final int MAX_LINES = 1000;
  private static final int FIELD_OVERHEAD = 32;
  private final FieldLines lines = new FieldLines();
  private boolean trailers;
  private int limit;
  private int count;
  private long size;
  private boolean regular;
  private int status;
  private long contentLength;
  private @Nullable String malformation;

  /**
   * Begins an answer's head.
   *
   * @param sizeLimit octets of names and values, with 32 for each line (RFC 9113, section 6.5.2)
   */
  public ResponseBlock begin(int sizeLimit) {
    return begin(sizeLimit, false);
  }

  /** Begins trailers. */
  public ResponseBlock beginTrailers(int sizeLimit) {
    return begin(sizeLimit, true);
  }

  private ResponseBlock begin(int sizeLimit, boolean ofTrailers) {
    trailers = ofTrailers;
    limit = sizeLimit;
    lines.clear();
    count = 0;
    size = 0;
    regular = false;
    status = 0;
    contentLength = -1;
    malformation = null;
    return this;
  }

  /** All fields are there: checks what concerns them together. */
  public void end() {
    if (!trailers && status == 0) {
      malformed("no :status");
    }
  }

  @Override
  public void field(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    size += nameTo - nameFrom + valueTo - valueFrom + FIELD_OVERHEAD;
    if (size > limit || ++count > MAX_LINES) {
      malformed("a head over the limit");
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
    if (regular
        || trailers
        || status != 0
        || valueTo - valueFrom != 3
        || !Octets.same(name, nameFrom, nameTo, ":status")) {
      malformed("a pseudo-header field that is unknown, misplaced or no status");
      return;
    }
    int number = 0;
    for (int i = valueFrom; i < valueTo; i++) {
      int digit = value[i] - '0';
      if (digit < 0 || digit > 9) {
        malformed("a :status that is none");
        return;
      }
      number = number * 10 + digit;
    }
    if (number < 100) {
      malformed("a :status that is none");
    }
    status = number;
  }

  private void line(
      byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    for (int i = nameFrom; i < nameTo; i++) {
      byte octet = name[i];
      if (Octets.lowerName(octet) != octet) {
        malformed("a name that is none, or not in lower case");
        return;
      }
    }
    if (FieldRules.hasControl(value, valueFrom, valueTo)) {
      malformed("a control character in a value");
      return;
    }
    if (FieldRules.isOfConnection(name, nameFrom, nameTo)) {
      malformed("a field of the connection");
    } else if (Octets.same(name, nameFrom, nameTo, "content-length")) {
      length(value, valueFrom, valueTo);
    }
    if (malformation == null) {
      lines.add(name, nameFrom, nameTo, value, valueFrom, valueTo);
    }
  }

  private void length(byte[] value, int from, int to) {
    long length = FieldRules.contentLength(value, from, to);
    if (trailers || contentLength >= 0 || length < 0) {
      malformed("a content-length that is none, or a second one");
    } else {
      contentLength = length;
    }
  }

  private void malformed(String what) {
    if (malformation == null) {
      malformation = what;
    }
  }

  /** What makes the block malformed, so that the answer cannot be used; null when nothing. */
  public @Nullable String malformation() {
    return malformation;
  }

  /** 100 to 999. */
  public int status() {
    return status;
  }

  /** The announced length of the body, or -1. */
  public long contentLength() {
    return contentLength;
  }

  /** The lines, in an array of their own. */
  public Headers headers() {
    return FieldLines.read(lines.copy());
  }
}
