package io.portcullis.core.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Host names and addresses with or without a port, in Kong's grammar. */
final class Hosts {
  private static final int MAX_PORT = 65535;
  private static final String BAD_PORT = "invalid port number";
  private static final Pattern NAME_PORT = Pattern.compile(":([0-9]+)$");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern IPV4 =
      Pattern.compile("([0-9]+)\\.([0-9]+)\\.([0-9]+)\\.([0-9]+)(?::([0-9]*))?");
  private static final Pattern ONLY_DIGITS = Pattern.compile("[0-9.]+");
  private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]*)\\](.*)");

  /** What a text is meant to be, whether it is legal or not. */
  enum Kind {
    NAME,
    IPV4,
    IPV6
  }

  /** What a text is; {@code error} is null when it is legal. */
  private record Parsed(Kind kind, boolean hasPort, @Nullable String error) {}

  private Hosts() {}

  /** For a host that must not have a port. */
  static @Nullable String refusal(String host) {
    Parsed parsed = parse(host);
    if (parsed.error() != null && !parsed.error().equals(BAD_PORT)) {
      return "invalid value: " + host;
    }
    return parsed.error() != null || parsed.hasPort() ? "must not have a port" : null;
  }

  /** For a host that may have a port. */
  static @Nullable String refusalWithPort(String host) {
    return parse(host).error();
  }

  /** What a text, with a port or without, is meant to be. */
  static Kind kind(String text) {
    return parse(text).kind();
  }

  /** For a route's host: one wildcard label, and perhaps a port. */
  static @Nullable String refusalOfRouteHost(String host) {
    return refusalWithPort(host.replace("*", "abc"));
  }

  /** For a server name: neither address nor port. */
  static @Nullable String refusalOfSni(String sni) {
    Parsed parsed = parse(sni);
    if (parsed.error() != null && !parsed.error().equals(BAD_PORT)) {
      return "invalid value: " + sni;
    }
    if (parsed.kind() != Kind.NAME) {
      return "must not be an IP";
    }
    return parsed.error() != null || parsed.hasPort() ? "must not have a port" : null;
  }

  /** For a server name with at most one wildcard at either end. */
  static @Nullable String refusalOfWildcardSni(String sni) {
    int star = sni.indexOf('*');
    if (star < 0) {
      return refusalOfSni(sni);
    }
    if (star != 0 && star != sni.length() - 1) {
      return "wildcard must be leftmost or rightmost character";
    }
    if (sni.indexOf('*', star + 1) >= 0) {
      return "only one wildcard must be specified";
    }
    return refusalOfSni(sni.replace("*", "wildcard"));
  }

  /** For an upstream's name, which may be a host name only. */
  static @Nullable String refusalOfUpstreamName(String name) {
    Parsed parsed = parse(name);
    String problem = null;
    if (parsed.error() != null && !parsed.error().equals(BAD_PORT)) {
      problem = "must be a valid hostname";
    } else if (parsed.kind() != Kind.NAME) {
      problem = "no ip addresses allowed";
    } else if (parsed.hasPort() || parsed.error() != null) {
      problem = "no port allowed";
    }
    return problem == null ? null : "Invalid name ('" + name + "'); " + problem;
  }

  private static Parsed parse(String text) {
    int colons = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == ':') {
        colons++;
      }
    }
    if (colons > 1) {
      return ipv6(text);
    }
    return ONLY_DIGITS.matcher(text.replace(":", "")).matches() ? ipv4(text) : name(text);
  }

  private static Parsed ipv4(String text) {
    Matcher matcher = IPV4.matcher(text);
    if (!matcher.matches()) {
      return new Parsed(Kind.IPV4, false, "invalid ipv4 address: " + text);
    }
    for (int i = 1; i <= 4; i++) {
      if (greater(matcher.group(i), 255)) {
        return new Parsed(Kind.IPV4, false, "invalid ipv4 address: " + text);
      }
    }
    return withPort(Kind.IPV4, matcher.group(5));
  }

  private static Parsed ipv6(String text) {
    String address = text;
    String port = null;
    Matcher brackets = BRACKETS.matcher(text);
    if (brackets.matches()) {
      address = brackets.group(1);
      String rest = brackets.group(2);
      if (!rest.isEmpty()) {
        if (!rest.matches(":[0-9]+")) {
          return new Parsed(Kind.IPV6, false, "invalid ipv6 address: " + text);
        }
        port = rest.substring(1);
      }
    }
    if (!Addresses.isIpv6Groups(address)) {
      return new Parsed(Kind.IPV6, false, "invalid ipv6 address: " + text);
    }
    return withPort(Kind.IPV6, port);
  }

  private static Parsed name(String text) {
    String name = text;
    boolean hasPort = false;
    Matcher port = NAME_PORT.matcher(text);
    if (port.find()) {
      if (greater(port.group(1), MAX_PORT)) {
        return new Parsed(Kind.NAME, true, BAD_PORT);
      }
      hasPort = true;
      name = text.substring(0, port.start());
    }
    boolean legal = NAME.matcher(name).matches();
    if (legal) {
      String[] labels = name.split("\\.", -1);
      for (int i = 0; i < labels.length; i++) {
        boolean last = i == labels.length - 1;
        if (labels[i].endsWith("-") || (labels[i].isEmpty() && !(last && i > 0))) {
          legal = false;
        }
      }
    }
    return new Parsed(Kind.NAME, hasPort, legal ? null : "invalid hostname: " + name);
  }

  private static Parsed withPort(Kind kind, @Nullable String port) {
    if (port == null || port.isEmpty()) {
      return new Parsed(kind, false, null);
    }
    return new Parsed(kind, true, greater(port, MAX_PORT) ? BAD_PORT : null);
  }

  /** Compares digits without overflowing. */
  private static boolean greater(String digits, int bound) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    return significant.length() > 9 || Integer.parseInt(significant) > bound;
  }
}
