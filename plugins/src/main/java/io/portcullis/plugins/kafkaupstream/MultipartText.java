package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.log.QueryString;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads a {@code multipart/form-data} body that is text: its parts by name (RFC 7578). */
final class MultipartText {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\";\\s]{1,70}))");
  private static final Pattern NAME =
      Pattern.compile("(?im)^content-disposition:[^\\r\\n]*?;\\s*name=\"([^\"\\r\\n]*)\"");
  private static final String LINE_END = "\r\n";

  private MultipartText() {}

  /**
   * The parts; those with one name are a list, those without are left out.
   *
   * @throws UnreadableBodyException when there is no boundary, or the body does not end with it
   */
  static ObjectNode parse(String contentType, String body) throws UnreadableBodyException {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw unreadable();
    }
    String delimiter =
        LINE_END + "--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
    // The first delimiter may be the very beginning.
    String text = LINE_END + body;
    ObjectNode parts = JsonNodeFactory.instance.objectNode();
    int at = text.indexOf(delimiter);
    while (at >= 0) {
      int after = at + delimiter.length();
      if (text.startsWith("--", after)) {
        return parts;
      }
      int head = text.indexOf(LINE_END, after);
      int next = head < 0 ? -1 : text.indexOf(delimiter, head);
      int content = head < 0 ? -1 : text.indexOf(LINE_END + LINE_END, head);
      if (next < 0 || content < 0 || content + 2 > next) {
        throw unreadable();
      }
      Matcher name = NAME.matcher(text.substring(head, content));
      if (name.find()) {
        String value = text.substring(Math.min(content + 4, next), next);
        QueryString.add(parts, name.group(1), JsonNodeFactory.instance.stringNode(value));
      }
      at = next;
    }
    throw unreadable();
  }

  private static UnreadableBodyException unreadable() {
    return new UnreadableBodyException("Cannot parse multipart body");
  }
}
