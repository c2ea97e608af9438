package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The text that names a target: host and port. */
public final class TargetText {
  private static final int DEFAULT_PORT = 8000;
  private static final int IPV6_GROUPS = 8;

  private TargetText() {}

  /**
   * The form in which a target is kept: always with a port, IPv4 without leading zeros, IPv6 spelt
   * out in brackets. Names keep their case. Empty when the text is no host name and no address.
   */
  public static Optional<String> normal(String text) {
    if (Hosts.refusalWithPort(text) != null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (Hosts.kind(text)) {
          case NAME, IPV4 -> nameOrIpv4(text);
          case IPV6 -> ipv6(text);
        });
  }

  private static String nameOrIpv4(String text) {
    int colon = text.indexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    if (Hosts.kind(text) == Hosts.Kind.IPV4) {
      List<String> parts = new ArrayList<>();
      for (String part : host.split("\\.")) {
        parts.add(withoutZeros(part));
      }
      host = String.join(".", parts);
    }
    return host + ":" + port(colon < 0 ? "" : text.substring(colon + 1));
  }

  private static String ipv6(String text) {
    int bracket = text.indexOf(']');
    String address = bracket < 0 ? text : text.substring(1, bracket);
    String port = bracket < 0 || bracket + 1 == text.length() ? "" : text.substring(bracket + 2);
    return "[" + spelt(address) + "]:" + port(port);
  }

  private static String spelt(String address) {
    int gap = address.indexOf("::");
    List<String> groups = groups(gap < 0 ? address : address.substring(0, gap));
    if (gap >= 0) {
      List<String> after = groups(address.substring(gap + 2));
      groups.addAll(Collections.nCopies(IPV6_GROUPS - groups.size() - after.size(), "0"));
      groups.addAll(after);
    }
    List<String> padded = new ArrayList<>(IPV6_GROUPS);
    for (String group : groups) {
      padded.add("0".repeat(4 - group.length()) + group.toLowerCase(Locale.ROOT));
    }
    return String.join(":", padded);
  }

  private static List<String> groups(String text) {
    return text.isEmpty() ? new ArrayList<>() : new ArrayList<>(Arrays.asList(text.split(":")));
  }

  private static String port(String digits) {
    return digits.isEmpty() ? Integer.toString(DEFAULT_PORT) : withoutZeros(digits);
  }

  private static String withoutZeros(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }
}
