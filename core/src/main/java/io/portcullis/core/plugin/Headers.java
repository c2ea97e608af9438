package io.portcullis.core.plugin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The header lines of one message, in the order of the wire; repeated lines stay apart.
 *
 * <p>Names compare without case, and every method that takes a name wants it in lower case. Values
 * are ISO-8859-1, so that every byte survives a round trip. Lines that came from the wire stay
 * bytes until somebody asks for them, which is what lets an untouched message pass through without
 * a string being made. Not thread-safe: it belongs to its exchange.
 */
public final class Headers {
  private static final byte[] NONE = new byte[0];
  private static final int INITIAL = 16;

  private final byte[] wire;
  private int size;
  private int[] hashes;
  private int[] spans;
  private @Nullable String[] names;
  private @Nullable String[] values;
  private boolean changed;

  /** An empty block. */
  public Headers() {
    this(NONE);
  }

  private Headers(byte[] wire) {
    this.wire = wire;
    this.hashes = new int[INITIAL];
    this.spans = new int[INITIAL * 4];
    this.names = new @Nullable String[INITIAL];
    this.values = new @Nullable String[INITIAL];
  }

  /**
   * A block whose lines will be added as spans of {@code wire}.
   *
   * @param wire the bytes of a message head; kept, not copied, and not to be changed afterwards
   */
  public static Headers over(byte[] wire) {
    return new Headers(wire);
  }

  /** A copy that shares the wire bytes and nothing else. */
  public Headers copy() {
    Headers copy = new Headers(wire);
    copy.size = size;
    copy.hashes = hashes.clone();
    copy.spans = spans.clone();
    copy.names = names.clone();
    copy.values = values.clone();
    return copy;
  }

  /** {@code String.hashCode} of the lower-cased name, which is what {@link #addSpan} wants. */
  public static int hash(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + lower(bytes[i]);
    }
    return hash;
  }

  /** Adds a line that lies in the wire bytes; {@code hash} is that of the lower-cased name. */
  public void addSpan(int nameStart, int nameEnd, int valueStart, int valueEnd, int hash) {
    int i = grow();
    hashes[i] = hash;
    int s = i * 4;
    spans[s] = nameStart;
    spans[s + 1] = nameEnd;
    spans[s + 2] = valueStart;
    spans[s + 3] = valueEnd;
    names[i] = null;
    values[i] = null;
  }

  public int size() {
    return size;
  }

  /** The name of line {@code i} in lower case. */
  public String name(int i) {
    String name = names[i];
    if (name == null) {
      int start = spans[i * 4];
      int end = spans[i * 4 + 1];
      byte[] lower = new byte[end - start];
      for (int k = 0; k < lower.length; k++) {
        lower[k] = (byte) lower(wire[start + k]);
      }
      name = new String(lower, StandardCharsets.ISO_8859_1);
      names[i] = name;
    }
    return name;
  }

  /** The value of line {@code i}, without surrounding white space. */
  public String value(int i) {
    String value = values[i];
    if (value == null) {
      value =
          new String(
              wire,
              spans[i * 4 + 2],
              spans[i * 4 + 3] - spans[i * 4 + 2],
              StandardCharsets.ISO_8859_1);
      values[i] = value;
    }
    return value;
  }

  /** {@link String#hashCode} of the lower-cased name of line {@code i}. */
  public int hash(int i) {
    return hashes[i];
  }

  public boolean nameIs(int i, String lowerCaseName) {
    return hashes[i] == lowerCaseName.hashCode() && sameName(i, lowerCaseName);
  }

  /** Whether the value of line {@code i} is that text, with its case. */
  public boolean valueIs(int i, String text) {
    String known = values[i];
    if (known != null) {
      return known.equals(text);
    }
    int start = spans[i * 4 + 2];
    if (spans[i * 4 + 3] - start != text.length()) {
      return false;
    }
    for (int k = 0; k < text.length(); k++) {
      if ((wire[start + k] & 0xff) != text.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  /** Whether lines were added, replaced or removed since the wire's were put in. */
  public boolean isChanged() {
    return changed;
  }

  /** The first line of that name, or -1. */
  public int indexOf(String lowerCaseName) {
    return indexOf(lowerCaseName, 0);
  }

  /** The first line of that name at or after {@code from}, or -1. */
  public int indexOf(String lowerCaseName, int from) {
    int hash = lowerCaseName.hashCode();
    for (int i = from; i < size; i++) {
      if (hashes[i] == hash && sameName(i, lowerCaseName)) {
        return i;
      }
    }
    return -1;
  }

  public boolean contains(String lowerCaseName) {
    return indexOf(lowerCaseName) >= 0;
  }

  /** The value of the first line of that name, or null. */
  public @Nullable String get(String lowerCaseName) {
    int i = indexOf(lowerCaseName);
    return i < 0 ? null : value(i);
  }

  /** The value of the last line of that name, or null. */
  public @Nullable String last(String lowerCaseName) {
    int found = indexOf(lowerCaseName);
    for (int i = found; i >= 0; i = indexOf(lowerCaseName, i + 1)) {
      found = i;
    }
    return found < 0 ? null : value(found);
  }

  /** The values of all lines of that name, in order; empty when there is none. */
  public List<String> all(String lowerCaseName) {
    int i = indexOf(lowerCaseName);
    if (i < 0) {
      return List.of();
    }
    List<String> found = new ArrayList<>(2);
    for (; i >= 0; i = indexOf(lowerCaseName, i + 1)) {
      found.add(value(i));
    }
    return found;
  }

  /** Adds a line and leaves lines of the same name alone. */
  public Headers add(String lowerCaseName, String value) {
    changed = true;
    int i = grow();
    hashes[i] = lowerCaseName.hashCode();
    names[i] = lowerCaseName;
    values[i] = value;
    spans[i * 4] = -1;
    return this;
  }

  /** Makes {@code value} the only line of that name, in the place of the first one. */
  public Headers set(String lowerCaseName, String value) {
    int i = indexOf(lowerCaseName);
    if (i < 0) {
      return add(lowerCaseName, value);
    }
    changed = true;
    names[i] = lowerCaseName;
    values[i] = value;
    spans[i * 4] = -1;
    for (int k = indexOf(lowerCaseName, i + 1); k >= 0; k = indexOf(lowerCaseName, k)) {
      removeAt(k);
    }
    return this;
  }

  /** Removes every line of that name; says whether there was one. */
  public boolean remove(String lowerCaseName) {
    int i = indexOf(lowerCaseName);
    if (i < 0) {
      return false;
    }
    for (; i >= 0; i = indexOf(lowerCaseName, i)) {
      removeAt(i);
    }
    return true;
  }

  /** Removes line {@code i}; later lines move up. */
  public void removeAt(int i) {
    changed = true;
    int tail = size - i - 1;
    System.arraycopy(hashes, i + 1, hashes, i, tail);
    System.arraycopy(names, i + 1, names, i, tail);
    System.arraycopy(values, i + 1, values, i, tail);
    System.arraycopy(spans, (i + 1) * 4, spans, i * 4, tail * 4);
    size--;
    names[size] = null;
    values[size] = null;
  }

  public void clear() {
    changed = true;
    Arrays.fill(names, 0, size, null);
    Arrays.fill(values, 0, size, null);
    size = 0;
  }

  public void forEach(BiConsumer<String, String> line) {
    for (int i = 0; i < size; i++) {
      line.accept(name(i), value(i));
    }
  }

  /** Octets that {@link #writeLine} will need for line {@code i}. */
  public int lineLength(int i) {
    int s = i * 4;
    if (spans[s] >= 0) {
      return spans[s + 1] - spans[s] + spans[s + 3] - spans[s + 2] + 4;
    }
    return name(i).length() + value(i).length() + 4;
  }

  /**
   * Writes line {@code i} as HTTP/1.1 has it, {@code Name: value CR LF}; a name from the wire keeps
   * its case.
   *
   * @return the position after the line
   */
  public int writeLine(int i, byte[] target, int position) {
    int s = i * 4;
    int at = position;
    if (spans[s] >= 0) {
      int nameLength = spans[s + 1] - spans[s];
      System.arraycopy(wire, spans[s], target, at, nameLength);
      at += nameLength;
      target[at++] = ':';
      target[at++] = ' ';
      int valueLength = spans[s + 3] - spans[s + 2];
      System.arraycopy(wire, spans[s + 2], target, at, valueLength);
      at += valueLength;
    } else {
      at = latin1(name(i), target, at);
      target[at++] = ':';
      target[at++] = ' ';
      at = latin1(value(i), target, at);
    }
    target[at++] = '\r';
    target[at++] = '\n';
    return at;
  }

  /** Octets of the name of line {@code i}. */
  public int nameLength(int i) {
    int s = i * 4;
    return spans[s] >= 0 ? spans[s + 1] - spans[s] : name(i).length();
  }

  /** Octets of the value of line {@code i}. */
  public int valueLength(int i) {
    int s = i * 4;
    return spans[s] >= 0 ? spans[s + 3] - spans[s + 2] : value(i).length();
  }

  /**
   * Writes the name of line {@code i} in lower case, as HTTP/2 has it.
   *
   * @return the position after it
   */
  public int writeName(int i, byte[] target, int position) {
    int s = i * 4;
    if (spans[s] < 0) {
      return latin1(name(i), target, position);
    }
    int at = position;
    for (int k = spans[s]; k < spans[s + 1]; k++) {
      target[at++] = (byte) lower(wire[k]);
    }
    return at;
  }

  /**
   * Writes the value of line {@code i}.
   *
   * @return the position after it
   */
  public int writeValue(int i, byte[] target, int position) {
    int s = i * 4;
    if (spans[s] < 0) {
      return latin1(value(i), target, position);
    }
    int length = spans[s + 3] - spans[s + 2];
    System.arraycopy(wire, spans[s + 2], target, position, length);
    return position + length;
  }

  /**
   * Whether some comma-separated member of some line of that name equals {@code token}, without
   * case.
   */
  public boolean hasToken(String lowerCaseName, String token) {
    for (int i = indexOf(lowerCaseName); i >= 0; i = indexOf(lowerCaseName, i + 1)) {
      String value = value(i);
      int start = 0;
      while (start <= value.length()) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        if (value.substring(start, end).strip().equalsIgnoreCase(token)) {
          return true;
        }
        start = end + 1;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private int grow() {
    if (size == hashes.length) {
      int wider = size * 2;
      hashes = Arrays.copyOf(hashes, wider);
      names = Arrays.copyOf(names, wider);
      values = Arrays.copyOf(values, wider);
      spans = Arrays.copyOf(spans, wider * 4);
    }
    return size++;
  }

  private boolean sameName(int i, String lowerCaseName) {
    String known = names[i];
    if (known != null) {
      return known.equals(lowerCaseName);
    }
    int start = spans[i * 4];
    if (spans[i * 4 + 1] - start != lowerCaseName.length()) {
      return false;
    }
    for (int k = 0; k < lowerCaseName.length(); k++) {
      if (lower(wire[start + k]) != lowerCaseName.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b & 0xff;
  }

  @SuppressWarnings(
      "deprecation") // the one copy from String to bytes that makes no intermediate array
  private static int latin1(String text, byte[] target, int at) {
    int end = at + text.length();
    text.getBytes(0, text.length(), target, at);
    for (int i = at; i < end; i++) {
      byte octet = target[i];
      if (octet >= 0 && octet < ' ' && octet != '\t') {
        // Whatever a text comes from, it begins no line of its own.
        target[i] = ' ';
      }
    }
    return end;
  }
}
