package io.portcullis.core.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes a service's {@code url} apart into protocol, host, port and path, as leniently as Kong
 * does: what is wrong shows when those four are checked.
 */
final class ServiceUrl {
  private static final Pattern SCHEME = Pattern.compile("^([A-Za-z0-9][A-Za-z0-9+.-]*):");
  private static final Pattern PORT = Pattern.compile(":([^:\\]]*)$");

  private ServiceUrl() {}

  static ObjectNode parts(JsonNode url) {
    ObjectNode parts = Json.NODES.objectNode();
    if (!url.isString()) {
      // Kong parses its own printed null here; all that matters is that each part is refused.
      parts.put("protocol", "null");
      parts.putNull("host");
      parts.put("path", "null");
      return parts;
    }
    String rest = url.stringValue();
    int fragment = rest.indexOf('#');
    if (fragment >= 0) {
      rest = rest.substring(0, fragment);
    }
    String scheme = null;
    Matcher schemeMatcher = SCHEME.matcher(rest);
    if (schemeMatcher.find()) {
      scheme = schemeMatcher.group(1);
      rest = rest.substring(schemeMatcher.end());
    }
    String authority = null;
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
    }
    rest = before(before(rest, '?'), ';');
    String port = null;
    if (authority != null) {
      authority = before(authority, '?');
      authority = authority.substring(authority.lastIndexOf('@') + 1);
      Matcher portMatcher = PORT.matcher(authority);
      if (portMatcher.find()) {
        port = portMatcher.group(1).isEmpty() ? null : portMatcher.group(1);
        authority = authority.substring(0, portMatcher.start());
      }
      if (authority.startsWith("[") && authority.endsWith("]")) {
        authority = authority.substring(1, authority.length() - 1);
      }
    }
    setProtocol(parts, scheme, port);
    parts.set("host", Json.of(authority == null || authority.isEmpty() ? null : authority));
    setPort(parts, scheme, port);
    parts.set("path", Json.of(rest.isEmpty() ? null : rest));
    return parts;
  }

  private static void setProtocol(
      ObjectNode parts, @Nullable String scheme, @Nullable String port) {
    if (scheme != null) {
      parts.put("protocol", scheme);
    } else if ("443".equals(port)) {
      parts.put("protocol", "https");
    } else if ("80".equals(port)) {
      parts.put("protocol", "http");
    }
  }

  private static void setPort(ObjectNode parts, @Nullable String scheme, @Nullable String port) {
    if (port == null) {
      parts.put("port", "https".equals(scheme) || "wss".equals(scheme) ? 443 : 80);
    } else {
      parts.set("port", FormValues.number(port));
    }
  }

  private static String before(String text, char end) {
    int index = text.indexOf(end);
    return index < 0 ? text : text.substring(0, index);
  }
}
