package io.portcullis.plugins.endpointrouter;

import io.portcullis.core.log.QueryString;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.core.plugin.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The pages that a gateway has itself: its health, the request as it came. Thread-safe. */
final class OwnPages {
  private static final System.Logger LOG = System.getLogger(OwnPages.class.getName());
  private static final int OK = 200;
  private static final DateTimeFormatter NOW =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS Z 'UTC'").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final List<HeaderLine> lines;

  OwnPages(InstantSource clock, List<HeaderLine> always) {
    this.clock = clock;
    this.lines = new ArrayList<>(always);
    lines.add(new HeaderLine("content-type", "application/json; charset=utf-8"));
  }

  Reply health() {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.putObject("agents");
    page.put("now", NOW.format(clock.instant()));
    page.put("status", "ok");
    return page(page);
  }

  Reply debug(Request request) {
    if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
      LOG.log(System.Logger.Level.DEBUG, "debug: {0}", echoed(request));
    }
    return page(JsonNodeFactory.instance.objectNode().put("message", "pong"));
  }

  Reply echo(Request request) {
    return page(echoed(request));
  }

  private static ObjectNode echoed(Request request) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.put("req_uri", request.rawTarget());
    ObjectNode details = page.putObject("req_uri_details");
    String query = request.rawQuery();
    String host = request.headers().get("host");
    details.put("fragment", "");
    details.put("host", host == null ? request.host() : host);
    details.put("path", decoded(request.rawPath()));
    details.put("query", query == null ? "" : query);
    details.put("scheme", "");
    details.put("user", "");
    page.put("req_method", request.method());
    ObjectNode arguments = page.putObject("req_querystring");
    for (Map.Entry<String, JsonNode> argument :
        QueryString.ofQuery(query == null ? "" : query).properties()) {
      list(arguments.putArray(argument.getKey()), argument.getValue());
    }
    byte[] body = request.body();
    page.put("req_body", body == null ? "" : new String(body, StandardCharsets.UTF_8));
    headers(request.headers(), page.putObject("req_headers"));
    return page;
  }

  /** A bare name has an empty value here. */
  private static void list(ArrayNode list, JsonNode value) {
    if (value.isArray()) {
      value.forEach(one -> list(list, one));
    } else {
      list.add(value.isString() ? value.stringValue() : "");
    }
  }

  private static void headers(Headers headers, ObjectNode page) {
    Map<String, ArrayNode> sorted = new TreeMap<>();
    for (int i = 0; i < headers.size(); i++) {
      String name = canonical(headers.name(i));
      if (!name.equals("Host")) {
        sorted
            .computeIfAbsent(name, absent -> JsonNodeFactory.instance.arrayNode())
            .add(headers.value(i));
      }
    }
    sorted.forEach(page::set);
  }

  private Reply page(ObjectNode page) {
    return new Reply.Exit(OK, lines, page.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A header's name as Go spells it: {@code X-Request-Id}. */
  private static String canonical(String name) {
    StringBuilder spelled = new StringBuilder(name.length());
    boolean first = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      spelled.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
      first = c == '-';
    }
    return spelled.toString();
  }

  static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return path;
    }
  }
}
