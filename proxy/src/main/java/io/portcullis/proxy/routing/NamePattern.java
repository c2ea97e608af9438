package io.portcullis.proxy.routing;

import java.util.Locale;

/**
 * A host or server name as a route lists it: plain, {@code *.example.com} or {@code example.*}, for
 * hosts perhaps with a port.
 *
 * @param kind how {@code text} is compared
 * @param text lower case; for wildcards with the dot, without the star
 * @param port 0 for any
 */
record NamePattern(Kind kind, String text, int port) {
  enum Kind {
    PLAIN,
    /** The name ends with the text. */
    SUFFIX,
    /** The name begins with the text. */
    PREFIX
  }

  /** What a route says of the host. */
  static NamePattern host(String host) {
    int colon = host.lastIndexOf(':');
    boolean ported = colon > 0 && colon == host.indexOf(':') || host.lastIndexOf("]:") > 0;
    if (!ported) {
      return of(host, 0);
    }
    try {
      return of(host.substring(0, colon), Integer.parseInt(host.substring(colon + 1)));
    } catch (NumberFormatException broken) {
      throw new IllegalArgumentException("hosts: '" + host + "' has no valid port", broken);
    }
  }

  /** What a route says of the TLS server name; a trailing dot does not count. */
  static NamePattern sni(String sni) {
    return of(sni.endsWith(".") ? sni.substring(0, sni.length() - 1) : sni, 0);
  }

  private static NamePattern of(String name, int port) {
    String text = name.toLowerCase(Locale.ROOT);
    if (text.startsWith("*")) {
      return new NamePattern(Kind.SUFFIX, text.substring(1), port);
    }
    if (text.endsWith("*")) {
      return new NamePattern(Kind.PREFIX, text.substring(0, text.length() - 1), port);
    }
    return new NamePattern(Kind.PLAIN, text, port);
  }

  /** Whether that lower-case name fits, at whatever port. */
  boolean fits(String name) {
    return switch (kind) {
      case PLAIN -> name.equals(text);
      case SUFFIX -> name.endsWith(text);
      case PREFIX -> name.startsWith(text);
    };
  }

  boolean fits(String name, int queryPort) {
    return (port == 0 || port == queryPort) && fits(name);
  }

  /** The name in lower case; the same object when it is already. */
  static String fold(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z' || c >= 0x80) {
        return name.toLowerCase(Locale.ROOT);
      }
    }
    return name;
  }
}
