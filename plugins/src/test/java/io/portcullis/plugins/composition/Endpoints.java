package io.portcullis.plugins.composition;

/** Configurations of tests, with single quotes. */
final class Endpoints {
  private Endpoints() {}

  static String one(String path, String members, String endpoint) {
    return "{"
        + (endpoint.isEmpty() ? "" : endpoint + ",")
        + "'backend':["
        + backend(path, members)
        + "]}";
  }

  static String two(String endpoint, String first) {
    return "{"
        + (endpoint.isEmpty() ? "" : endpoint + ",")
        + "'backend':["
        + backend("/a", first)
        + ","
        + backend("/b", "")
        + "]}";
  }

  static String backend(String path, String members) {
    return "{'url_pattern':'"
        + path
        + "'"
        + (members.contains("'host'") ? "" : ",'host':['h.test']")
        + (members.isEmpty() ? "" : "," + members)
        + "}";
  }
}
