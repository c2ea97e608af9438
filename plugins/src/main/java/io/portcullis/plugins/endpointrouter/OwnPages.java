package io.portcullis.plugins.endpointrouter;

import io.portcullis.core.log.QueryString;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.core.plugin.Request;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
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

  private static final List<HeaderLine> LINES =
      List.of(new HeaderLine("content-type", "application/json; charset=utf-8"));

  private final InstantSource clock;

  OwnPages(InstantSource clock) {
    this.clock = clock;
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
    ObjectNode sorted = arguments(query == null ? "" : query);
    details.put("query", encoded(sorted));
    details.put("user", "");
    page.put("req_method", request.method());
    page.set("req_querystring", sorted);
    byte[] body = request.body();
    page.put("req_body", body == null ? "" : new String(body, StandardCharsets.UTF_8));
    headers(request.headers(), page.putObject("req_headers"));
    return page;
  }

  /** Lists of values by name, in the order of names. */
  private static ObjectNode arguments(String query) {
    Map<String, ArrayNode> sorted = new TreeMap<>();
    for (Map.Entry<String, JsonNode> argument : QueryString.ofQuery(query).properties()) {
      ArrayNode values = JsonNodeFactory.instance.arrayNode();
      list(values, argument.getValue());
      sorted.put(argument.getKey(), values);
    }
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    sorted.forEach(arguments::set);
    return arguments;
  }

  private static String encoded(ObjectNode arguments) {
    StringJoiner query = new StringJoiner("&");
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      String name = URLEncoder.encode(argument.getKey(), StandardCharsets.UTF_8);
      for (JsonNode value : argument.getValue()) {
        query.add(name + '=' + URLEncoder.encode(value.stringValue(), StandardCharsets.UTF_8));
      }
    }
    return query.toString();
  }

  /** JSON that is safe inside of HTML, as Go writes it. */
  static String json(JsonNode node) {
    return node.toString().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
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
    return new Reply.Exit(OK, LINES, json(page).getBytes(StandardCharsets.UTF_8));
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
