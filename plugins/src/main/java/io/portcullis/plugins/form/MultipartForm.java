package io.portcullis.plugins.form;

import io.portcullis.core.plugin.HeaderText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@code multipart/form-data} body (RFC 7578), one character for each octet. */
public final class MultipartForm {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\";\\s]{1,70}))");
  private static final Pattern NAME =
      Pattern.compile("(?im)^content-disposition:[^\\r\\n]*?;\\s*name=\"([^\"\\r\\n]*)\"");
  private static final String LINE_END = "\r\n";

  /**
   * A part with the delimiter before it.
   *
   * @param start where its delimiter's dashes start
   * @param end where the next delimiter's dashes start
   */
  private record Part(String name, String value, int start, int end) {}

  private final String text;
  private final List<Part> parts;

  private MultipartForm(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
  }

  /** Null when it has no boundary or is cut off. */
  public static @Nullable MultipartForm read(String contentType, byte[] body) {
    Matcher given = BOUNDARY.matcher(contentType);
    if (!given.find()) {
      return null;
    }
    String dashes = "--" + (given.group(1) == null ? given.group(2) : given.group(1));
    String text = new String(body, StandardCharsets.ISO_8859_1);
    List<Part> parts = new ArrayList<>();
    int at = text.startsWith(dashes) ? 0 : text.indexOf(LINE_END + dashes);
    at = at > 0 ? at + LINE_END.length() : at;
    while (at >= 0) {
      int after = at + dashes.length();
      if (text.startsWith("--", after)) {
        return new MultipartForm(text, parts);
      }
      int next = text.indexOf(LINE_END + dashes, after);
      int content = text.indexOf(LINE_END + LINE_END, after);
      if (next < 0 || content < 0 || content > next) {
        return null;
      }
      Matcher name = NAME.matcher(text.substring(after, content));
      int start = Math.min(content + 2 * LINE_END.length(), next);
      parts.add(
          new Part(
              name.find() ? HeaderText.utf8(name.group(1)) : "",
              HeaderText.utf8(text.substring(start, next)),
              at,
              next + LINE_END.length()));
      at = next + LINE_END.length();
    }
    return null;
  }

  /** The texts of that name, in order. */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>(1);
    for (Part part : parts) {
      if (part.name.equals(name)) {
        values.add(part.value);
      }
    }
    return values;
  }

  /** The body without the parts of that name; null when there are none. */
  public byte @Nullable [] without(String name) {
    StringBuilder rest = new StringBuilder(text.length());
    int kept = 0;
    for (Part part : parts) {
      if (part.name.equals(name)) {
        rest.append(text, kept, part.start);
        kept = part.end;
      }
    }
    if (kept == 0) {
      return null;
    }
    rest.append(text, kept, text.length());
    return rest.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
