package io.portcullis.core.schema;

import java.util.regex.Pattern;

/** Tells IP addresses and ranges from other text, without asking any resolver. */
final class Addresses {
  private static final Pattern IPV4 =
      Pattern.compile(
          "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final int IPV6_GROUPS = 8;
  private static final int LONGEST = 64;

  private Addresses() {}

  static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  /** Also with an IPv4 address as its last part. */
  static boolean isIpv6(String text) {
    int lastColon = text.lastIndexOf(':');
    if (lastColon >= 0 && text.indexOf('.') > lastColon) {
      return isIpv4(text.substring(lastColon + 1))
          && isIpv6Groups(text.substring(0, lastColon + 1) + "0:0");
    }
    return isIpv6Groups(text);
  }

  static boolean isIp(String text) {
    return isIpv4(text) || isIpv6(text);
  }

  static boolean isIpOrCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return isIp(text);
    }
    String address = text.substring(0, slash);
    int widest = isIpv4(address) ? 32 : 128;
    return isIp(address) && isBetween(text.substring(slash + 1), widest);
  }

  static boolean isIpv4Cidr(String text) {
    int slash = text.indexOf('/');
    return slash >= 0
        && isIpv4(text.substring(0, slash))
        && isBetween(text.substring(slash + 1), 32);
  }

  /** Hexadecimal groups only, at most one gap. */
  static boolean isIpv6Groups(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == IPV6_GROUPS;
    }
    String before = text.substring(0, gap);
    String after = text.substring(gap + 2);
    if (after.contains("::")) {
      return false;
    }
    int left = before.isEmpty() ? 0 : groups(before);
    int right = after.isEmpty() ? 0 : groups(after);
    return left >= 0 && right >= 0 && left + right < IPV6_GROUPS;
  }

  /** Number of groups, or -1 when one of them is none. */
  private static int groups(String text) {
    String[] groups = text.split(":", -1);
    for (String group : groups) {
      if (!GROUP.matcher(group).matches()) {
        return -1;
      }
    }
    return groups.length;
  }

  private static boolean isBetween(String digits, int highest) {
    return digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= highest;
  }
}
