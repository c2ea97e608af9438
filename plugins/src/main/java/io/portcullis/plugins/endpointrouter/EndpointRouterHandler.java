package io.portcullis.plugins.endpointrouter;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.endpointrouter.PathTree.Found;
import io.portcullis.plugins.endpointrouter.PathTree.Leaf;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers all requests that come to it. */
final class EndpointRouterHandler implements PluginHandler {
  private static final int OK = 200;
  private static final int MOVED_PERMANENTLY = 301;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final byte[] NO_BODY = {};
  private static final HeaderLine HTML = new HeaderLine("content-type", "text/html; charset=utf-8");
  private static final String ECHO = "/__echo/";
  private static final String DEBUG = "/__debug/";
  private static final Set<String> METHODS =
      Set.of("GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE");

  private final EndpointRouterConfig config;
  private final Map<String, PathTree> trees = new TreeMap<>();
  private final OwnPages pages;
  private final Reply notFound;
  private final Reply encoded;
  private final List<HeaderLine> always = new ArrayList<>();
  private final List<HeaderLine> incomplete;

  EndpointRouterHandler(EndpointRouterConfig config, InstantSource clock) {
    this.config = config;
    for (EndpointRouterConfig.Endpoint endpoint : config.endpoints()) {
      tree(endpoint.method()).add(endpoint.path(), Leaf.ENDPOINT);
    }
    String health = config.healthPath();
    if (health != null) {
      tree("GET").add(health, Leaf.HEALTH);
    }
    for (String method : METHODS) {
      if (config.echo()) {
        tree(method).add(ECHO + "*", Leaf.ECHO);
      }
      if (config.debug()) {
        tree(method).add(DEBUG + "*", Leaf.DEBUG);
      }
    }
    config
        .responseHeaders()
        .forEach((name, value) -> always.add(new HeaderLine(name.toLowerCase(Locale.ROOT), value)));
    this.incomplete = new ArrayList<>(always);
    incomplete.add(new HeaderLine(config.completedHeader().toLowerCase(Locale.ROOT), "false"));
    this.pages = new OwnPages(clock);
    this.notFound = error(NOT_FOUND, "404 page not found", config.notFoundBody(), List.of());
    this.encoded = error(BAD_REQUEST, "error: encoded url params", null, List.of());
  }

  private PathTree tree(String method) {
    return trees.computeIfAbsent(method, name -> new PathTree());
  }

  @Override
  public boolean wantsRequestBody() {
    return config.echo() || config.debug();
  }

  @Override
  public boolean wantsRequestBody(Request request) {
    String path = request.path();
    return path.startsWith(ECHO) || path.startsWith(DEBUG);
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    String path = request.path();
    PathTree tree = trees.get(request.method());
    Leaf leaf = tree == null ? null : tree.find(path);
    if (leaf != null && leaf != Leaf.ENDPOINT) {
      return own(leaf, exchange);
    }
    if (tree != null && !path.equals("/")) {
      Reply redirect = redirect(tree, request);
      if (redirect != null) {
        return redirect;
      }
    }
    return otherMethods(request.method(), path);
  }

  private Reply own(Leaf leaf, Exchange exchange) {
    if (leaf == Leaf.HEALTH) {
      return pages.health();
    }
    if (isEncodedTwice(exchange.request().path())) {
      return encoded;
    }
    return leaf == Leaf.ECHO ? pages.echo(exchange.request()) : pages.debug(exchange.request());
  }

  private @Nullable Reply redirect(PathTree tree, Request request) {
    String path = request.path();
    String other = withOtherEnd(path);
    String to = null;
    if (config.redirectTrailingSlash() && tree.find(other) != null) {
      to = other;
    } else if (config.redirectFixedPath()) {
      Found found = tree.findInAnyCase(path);
      if (found == null && config.redirectTrailingSlash()) {
        found = tree.findInAnyCase(other);
      }
      to = found == null || found.path().equals(path) ? null : found.path();
    }
    if (to == null || to.startsWith("//")) {
      return null;
    }
    String query = request.rawQuery();
    String location = query == null ? to : to + "?" + query;
    List<HeaderLine> lines = new ArrayList<>();
    lines.add(new HeaderLine("location", location));
    if (!request.method().equals("GET")) {
      if (request.method().equals("HEAD")) {
        lines.add(HTML);
      }
      return new Reply.Exit(TEMPORARY_REDIRECT, lines, NO_BODY);
    }
    lines.add(HTML);
    String page = "<a href=\"" + escaped(location) + "\">Moved Permanently</a>.\n\n";
    return new Reply.Exit(MOVED_PERMANENTLY, lines, page.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }

  private Reply otherMethods(String method, String path) {
    if (!config.tellWrongMethods() && !config.autoOptions()) {
      return notFound;
    }
    Set<String> allowed = new TreeSet<>();
    for (Map.Entry<String, PathTree> other : trees.entrySet()) {
      if (!other.getKey().equals(method) && other.getValue().find(path) != null) {
        allowed.add(other.getKey());
      }
    }
    if (allowed.isEmpty()) {
      return notFound;
    }
    if (config.autoOptions() && method.equals("OPTIONS")) {
      List<HeaderLine> lines = new ArrayList<>(always);
      lines.add(allow(allowed));
      return new Reply.Exit(OK, lines, NO_BODY);
    }
    if (config.autoOptions()) {
      allowed.add("OPTIONS");
    }
    return config.tellWrongMethods()
        ? error(
            METHOD_NOT_ALLOWED,
            "405 method not allowed",
            config.wrongMethodBody(),
            List.of(allow(allowed)))
        : notFound;
  }

  private static HeaderLine allow(Set<String> methods) {
    return new HeaderLine("allow", String.join(", ", methods));
  }

  private Reply error(int status, String text, @Nullable JsonNode body, List<HeaderLine> more) {
    List<HeaderLine> lines = new ArrayList<>(incomplete);
    lines.addAll(more);
    lines.add(
        new HeaderLine(
            "content-type", body == null ? "text/plain" : "application/json; charset=utf-8"));
    return new Reply.Exit(
        status,
        lines,
        (body == null ? text : OwnPages.json(body)).getBytes(StandardCharsets.UTF_8));
  }

  private static String withOtherEnd(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
  }

  /** Whether there is still something escaped once the path is unescaped. */
  private static boolean isEncodedTwice(String path) {
    String value = OwnPages.decoded(path);
    if (value.indexOf('?') >= 0 || value.indexOf('#') >= 0) {
      return true;
    }
    for (int i = value.indexOf('%'); i >= 0; i = value.indexOf('%', i + 1)) {
      if (i + 2 < value.length()
          && Character.digit(value.charAt(i + 1), 16) >= 0
          && Character.digit(value.charAt(i + 2), 16) >= 0) {
        return true;
      }
    }
    return false;
  }
}
