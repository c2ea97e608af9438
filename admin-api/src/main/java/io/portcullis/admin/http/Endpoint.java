package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One path of the Admin API.
 *
 * @param template {@code /services/{services}/routes}; a segment in braces takes any text
 * @param pages by method; HEAD and OPTIONS follow from the others
 */
record Endpoint(String template, Map<String, AdminPage> pages) {

  Endpoint {
    pages = Map.copyOf(pages);
  }

  static Endpoint get(String template, AdminPage page) {
    return new Endpoint(template, Map.of("GET", page));
  }

  List<String> segments() {
    return template.equals("/") ? List.of() : List.of(template.substring(1).split("/"));
  }

  /** What answers a method; HEAD is answered as GET. */
  Optional<AdminPage> page(String method) {
    return Optional.ofNullable(pages.get(method.equals("HEAD") ? "GET" : method));
  }

  /** Value of {@code Allow}: alphabetical, with what is always there. */
  String allow() {
    SortedSet<String> methods = new TreeSet<>(pages.keySet());
    methods.add("OPTIONS");
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return String.join(", ", methods);
  }

  static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }
}
