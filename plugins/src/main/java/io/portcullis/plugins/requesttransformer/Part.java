package io.portcullis.plugins.requesttransformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One part of a multipart body, in octets.
 *
 * @param name of the form's field; null when the part has none
 * @param head its header lines, without the empty one
 */
record Part(@Nullable String name, String head, String content) {
  private static final String LINE_END = "\r\n";
  private static final String DISPOSITION = "content-disposition:";

  /** A field with a value. */
  static Part simple(String name, String content) {
    return new Part(name, "Content-Disposition: form-data; name=\"" + escaped(name) + '"', content);
  }

  /** The parts of a body; null when it is no multipart body with that boundary. */
  static @Nullable List<Part> parse(String body, String boundary) {
    String delimiter = "--" + boundary;
    List<Part> parts = new ArrayList<>();
    int at = body.startsWith(delimiter) ? 0 : body.indexOf(LINE_END + delimiter) + 2;
    if (at == 1) {
      return null;
    }
    while (true) {
      int start = at + delimiter.length();
      if (body.startsWith("--", start)) {
        return parts;
      }
      if (!body.startsWith(LINE_END, start)) {
        return null;
      }
      int next = body.indexOf(LINE_END + delimiter, start);
      // A part without header lines begins with the empty one.
      int headEnd = body.indexOf(LINE_END + LINE_END, start);
      if (next < 0 || headEnd < 0 || headEnd >= next) {
        return null;
      }
      String head = headEnd == start ? "" : body.substring(start + 2, headEnd);
      parts.add(new Part(name(head), head, body.substring(Math.min(headEnd + 4, next), next)));
      at = next + 2;
    }
  }

  /** The same content and lines under another name. */
  Part renamed(String to) {
    int line = disposition(head);
    int at = line < 0 ? -1 : parameter(head, "name", line, lineEnd(head, line));
    if (at < 0) {
      return this;
    }
    int end = at + parameterLength(head, at);
    return new Part(
        to, head.substring(0, at) + '"' + escaped(to) + '"' + head.substring(end), content);
  }

  /** Where the value of a parameter begins, or -1. */
  static int parameter(String line, String name) {
    return parameter(line, name, 0, line.length());
  }

  /** The value that begins there, without its quotes. */
  static String parameterValue(String text, int at) {
    String value = text.substring(at, at + parameterLength(text, at));
    return value.startsWith("\"") && value.length() > 1
        ? value.substring(1, value.length() - 1).replace("\\\"", "\"")
        : value;
  }

  private static @Nullable String name(String head) {
    int line = disposition(head);
    int at = line < 0 ? -1 : parameter(head, "name", line, lineEnd(head, line));
    return at < 0 ? null : parameterValue(head, at).replace("%22", "\"");
  }

  private static int disposition(String head) {
    String lower = head.toLowerCase(Locale.ROOT);
    if (lower.startsWith(DISPOSITION)) {
      return 0;
    }
    int at = lower.indexOf(LINE_END + DISPOSITION);
    return at < 0 ? -1 : at + 2;
  }

  private static int lineEnd(String head, int from) {
    int end = head.indexOf(LINE_END, from);
    return end < 0 ? head.length() : end;
  }

  private static int parameter(String text, String name, int from, int to) {
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ';' && !quoted) {
        int at = i + 1;
        while (at < to && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
          at++;
        }
        if (text.regionMatches(true, at, name, 0, name.length())
            && at + name.length() < to
            && text.charAt(at + name.length()) == '=') {
          return at + name.length() + 1;
        }
      }
    }
    return -1;
  }

  /** Octets of a parameter's value, quotes included. */
  private static int parameterLength(String text, int at) {
    if (at < text.length() && text.charAt(at) == '"') {
      int i = at + 1;
      while (i < text.length() && text.charAt(i) != '"') {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
      return Math.min(i + 1, text.length()) - at;
    }
    int end = at;
    while (end < text.length() && ";\r\n \t".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end - at;
  }

  /** As browsers write names (HTML, multipart/form-data encoding). */
  private static String escaped(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }
}
