package io.portcullis.plugins.transform;

/** Paths with templates in them, escaped so that no value can end the path or the request line. */
public final class PathTemplate {
  private static final String LEGAL = "-._~!$&'()*+,;=:@/";

  private PathTemplate() {}

  /**
   * Reads a path.
   *
   * @param path a question mark in it begins a query; one that an expression says is escaped
   * @throws TemplateException as {@link Template#of(String)}
   */
  public static Text of(String path) {
    return Template.of(path, literal -> escaped(literal, "?"), value -> escaped(value, ""));
  }

  /** Escapes that are there stay. */
  private static String escaped(String octets, String alsoLegal) {
    for (int i = 0; i < octets.length(); i++) {
      if (!isLegal(octets, i, alsoLegal)) {
        StringBuilder safe = new StringBuilder(octets.length() + 8).append(octets, 0, i);
        for (int k = i; k < octets.length(); k++) {
          if (isLegal(octets, k, alsoLegal)) {
            safe.append(octets.charAt(k));
          } else {
            OctetText.percent(octets.charAt(k), safe);
          }
        }
        return safe.toString();
      }
    }
    return octets;
  }

  private static boolean isLegal(String octets, int at, String alsoLegal) {
    char c = octets.charAt(at);
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || LEGAL.indexOf(c) >= 0
        || alsoLegal.indexOf(c) >= 0
        || c == '%'
            && at + 2 < octets.length()
            && Character.digit(octets.charAt(at + 1), 16) >= 0
            && Character.digit(octets.charAt(at + 2), 16) >= 0;
  }
}
