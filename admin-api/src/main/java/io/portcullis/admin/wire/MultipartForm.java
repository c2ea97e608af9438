package io.portcullis.admin.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@code multipart/form-data} body that is in memory.
 *
 * <p>As in Kong: a part's own type and file name do not count, of equal names the last wins, and a
 * body without its closing boundary is empty.
 */
public final class MultipartForm {
  private MultipartForm() {}

  /** The parts in order of first appearance. */
  public static Arguments parse(String contentType, byte[] body) {
    Optional<String> boundary = parameter(contentType, "boundary");
    if (boundary.isEmpty() || boundary.get().isEmpty()) {
      return new Arguments(List.of());
    }
    byte[] delimiter = ("--" + boundary.get()).getBytes(StandardCharsets.ISO_8859_1);
    Map<String, String> values = new LinkedHashMap<>();
    int mark = lineStart(body, delimiter, 0);
    while (mark >= 0) {
      int head = mark + delimiter.length;
      if (startsWith(body, head, "--")) {
        return arguments(values);
      }
      int next = lineStart(body, delimiter, head);
      if (next < 0) {
        break;
      }
      readPart(body, endOfLine(body, head), next, values);
      mark = next;
    }
    return new Arguments(List.of());
  }

  private static Arguments arguments(Map<String, String> values) {
    if (values.size() > Arguments.LIMIT) {
      throw Refusal.message(400, "Too many arguments");
    }
    List<Arguments.Argument> pairs = new ArrayList<>(values.size());
    values.forEach((name, value) -> pairs.add(new Arguments.Argument(name, value, false)));
    return new Arguments(pairs);
  }

  private static void readPart(byte[] body, int start, int next, Map<String, String> values) {
    int end = next; // the line break before a delimiter belongs to the delimiter
    if (end > start && body[end - 1] == '\n') {
      end--;
    }
    if (end > start && body[end - 1] == '\r') {
      end--;
    }
    int at = start;
    Optional<String> name = Optional.empty();
    while (at < next) {
      int lineEnd = endOfLine(body, at);
      String line = PercentEncoding.text(slice(body, at, Math.min(lineEnd, next))).strip();
      at = lineEnd;
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      if (colon > 0
          && line.substring(0, colon)
              .strip()
              .toLowerCase(Locale.ROOT)
              .equals("content-disposition")) {
        name = parameter(line.substring(colon + 1), "name");
      }
    }
    if (name.isPresent() && !name.get().isEmpty()) {
      values.put(name.get(), PercentEncoding.text(slice(body, Math.min(at, end), end)));
    }
  }

  /** A parameter of a header value: {@code a; name=b} or {@code a; name="b"}. */
  static Optional<String> parameter(String header, String wanted) {
    int at = header.indexOf(';');
    while (at >= 0 && at < header.length()) {
      int equals = header.indexOf('=', at);
      if (equals < 0) {
        return Optional.empty();
      }
      String name = header.substring(at + 1, equals).strip().toLowerCase(Locale.ROOT);
      int valueStart = equals + 1;
      StringBuilder value = new StringBuilder();
      int i = valueStart;
      if (valueStart < header.length() && header.charAt(valueStart) == '"') {
        for (i = valueStart + 1; i < header.length() && header.charAt(i) != '"'; i++) {
          if (header.charAt(i) == '\\' && i + 1 < header.length() && header.charAt(i + 1) == '"') {
            i++;
          }
          value.append(header.charAt(i));
        }
      } else {
        for (; i < header.length() && header.charAt(i) != ';'; i++) {
          value.append(header.charAt(i));
        }
      }
      if (name.equals(wanted)) {
        return Optional.of(
            header.startsWith("\"", valueStart) ? value.toString() : value.toString().strip());
      }
      at = header.indexOf(';', i);
    }
    return Optional.empty();
  }

  private static int lineStart(byte[] body, byte[] delimiter, int from) {
    for (int i = from; i + delimiter.length <= body.length; i++) {
      boolean found = (i == 0 || body[i - 1] == '\n') && matches(body, i, delimiter);
      if (found && isDelimiterEnd(body, i + delimiter.length)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isDelimiterEnd(byte[] body, int at) {
    return at == body.length
        || body[at] == '\r'
        || body[at] == '\n'
        || body[at] == ' '
        || body[at] == '\t'
        || startsWith(body, at, "--");
  }

  private static boolean matches(byte[] body, int at, byte[] delimiter) {
    for (int i = 0; i < delimiter.length; i++) {
      if (body[at + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] body, int at, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    return at + wanted.length <= body.length && matches(body, at, wanted);
  }

  private static int endOfLine(byte[] body, int from) {
    int at = from;
    while (at < body.length && body[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, body.length);
  }

  private static byte[] slice(byte[] body, int from, int to) {
    return Arrays.copyOfRange(body, from, Math.max(from, to));
  }
}
