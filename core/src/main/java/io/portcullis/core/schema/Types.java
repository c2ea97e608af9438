package io.portcullis.core.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Types of values that many fields share. Used as elements ({@code array("allow", IP_OR_CIDR)}) or
 * named with {@link Fields#field}.
 */
public final class Types {
  public static final FieldSpec STRING = Fields.string("");
  public static final FieldSpec INTEGER = Fields.integer("");
  public static final FieldSpec NUMBER = Fields.number("");
  public static final FieldSpec BOOLEAN = Fields.bool("");

  /** 8-4-4-4-12 hexadecimal digits. */
  public static final FieldSpec UUID = Fields.string("").uuid();

  /** 0 to 65535. */
  public static final FieldSpec PORT = Fields.integer("").between(0, 65535);

  /** Milliseconds, at most 2147483646. */
  public static final FieldSpec TIMEOUT = Fields.integer("").between(0, 2147483646);

  /** Host name or address without a port. */
  public static final FieldSpec HOST = text(Hosts::refusal);

  /** Host name or address, with a port or without. */
  public static final FieldSpec HOST_WITH_OPTIONAL_PORT = text(Hosts::refusalWithPort);

  /** A route's host: one label may be a wildcard. */
  public static final FieldSpec ROUTE_HOST =
      text(Hosts::refusalOfRouteHost)
          .matchAll("^[^*]*%*?[^*]*$", "invalid wildcard: must have at most one wildcard")
          .matchAny(
              "invalid wildcard: must be placed at leftmost or rightmost label",
              "^%*%.",
              "%.%*$",
              "^[^*]*$");

  /** Server name of TLS. */
  public static final FieldSpec SNI = text(Hosts::refusalOfSni);

  /** Server name of TLS with at most one wildcard at either end. */
  public static final FieldSpec WILDCARD_SNI = text(Hosts::refusalOfWildcardSni);

  /** An absolute path of RFC 3986. */
  public static final FieldSpec PATH =
      text(Paths::refusal).startsWith("/").matchNone("//", "must not have empty segments");

  /** A route's path: prefix or, behind a tilde, regex. */
  public static final FieldSpec ROUTE_PATH =
      text(Paths::refusalOfRoutePath)
          .shape("^~?/")
          .matchAny("should start with: / (fixed path) or ~/ (regex path)", "^/", "^~/")
          .matchNone("//", "must not have empty segments");

  /** IPv4 or IPv6 address. */
  public static final FieldSpec IP =
      text(value -> Addresses.isIp(value) ? null : "not an ip address: " + value);

  /** IPv4 or IPv6 address or range. */
  public static final FieldSpec IP_OR_CIDR =
      text(
          value ->
              Addresses.isIpOrCidr(value) ? null : "invalid ip or cidr range: '" + value + "'");

  /** IPv4 range. */
  public static final FieldSpec CIDR_V4 =
      text(
          value -> Addresses.isIpv4Cidr(value) ? null : "invalid ipv4 cidr range: '" + value + "'");

  /** Name of an entity: letters, digits, {@code . - _ ~} and everything outside ASCII. */
  public static final FieldSpec UTF8_NAME =
      text(Types::refusalOfName).shape("^[^\\u0000-\\u002c/:-@\\[-\\^`{-}\\u007f]+$");

  /** The same within ASCII. */
  public static final FieldSpec ASCII_NAME =
      text(value ->
              value.matches("[A-Za-z0-9._~-]+")
                  ? null
                  : "invalid value '"
                      + value
                      + "': it must only contain alphanumeric and '., -, _, ~' characters")
          .shape("^[A-Za-z0-9._~\\-]+$");

  /** A label: no comma, slash or control character. */
  public static final FieldSpec TAG =
      text(value ->
              isTag(value)
                  ? null
                  : "invalid tag '"
                      + value
                      + "': expected printable ascii (except `,` and `/`) or valid utf-8"
                      + " sequences")
          .shape("^[^,/\\u0000-\\u001f\\u007f]+$");

  /** Name of an HTTP header. */
  public static final FieldSpec HEADER_NAME =
      text(value ->
              value.matches("[A-Za-z0-9_-]+")
                  ? null
                  : "bad header name '"
                      + value
                      + "', allowed characters are A-Z, a-z, 0-9, '_', and '-'")
          .shape("^[A-Za-z0-9_\\-]+$");

  /** Name of a cookie. */
  public static final FieldSpec COOKIE_NAME = text(Types::refusalOfCookieName);

  /** An absolute URL with scheme and host. */
  public static final FieldSpec URL = text(Types::refusalOfUrl);

  /** Method of HTTP: capital letters. */
  public static final FieldSpec METHOD = Fields.string("").match("^%u+$").shape("^[A-Z]+$");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~\\x{80}-\\x{10FFFF}-]+");
  private static final String COOKIE_SEPARATORS = "()<>@,;:\\\"/?={}[] \t";

  private Types() {}

  /** A string with a rule of its own; the rule answers the refusal or null. */
  public static FieldSpec text(Function<String, @Nullable String> refusal) {
    return Fields.string("").rule(value -> refusal.apply(value.stringValue()));
  }

  private static @Nullable String refusalOfName(String value) {
    int broken = loneSurrogate(value);
    if (broken >= 0) {
      int position = value.substring(0, broken).getBytes(StandardCharsets.UTF_8).length + 1;
      return "invalid utf-8 character sequence detected at position " + position;
    }
    return NAME.matcher(value).matches()
        ? null
        : "invalid value '"
            + value
            + "': the only accepted ascii characters are alphanumerics or ., -, _, and ~";
  }

  private static int loneSurrogate(String value) {
    int i = 0;
    while (i < value.length()) {
      int point = value.codePointAt(i);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return i;
      }
      i += Character.charCount(point);
    }
    return -1;
  }

  private static boolean isTag(String value) {
    return loneSurrogate(value) < 0
        && value.chars().allMatch(c -> c >= 0x20 && c != ',' && c != '/' && c != 0x7f);
  }

  private static @Nullable String refusalOfCookieName(String value) {
    boolean legal =
        value.chars().allMatch(c -> c > 0x1f && c != 0x7f && COOKIE_SEPARATORS.indexOf(c) < 0);
    return legal
        ? null
        : "contains one or more invalid characters. ASCII control characters (0-31;127), space,"
            + " tab and the characters ()<>@,;:\\\"/?={}[] are not allowed.";
  }

  private static @Nullable String refusalOfUrl(String value) {
    java.util.regex.Matcher parts =
        Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?.*", Pattern.DOTALL)
            .matcher(value);
    String authority = parts.matches() ? parts.group(2) : null;
    if (authority == null) {
      return "missing host in url";
    }
    String host =
        authority.substring(authority.lastIndexOf('@') + 1).replaceFirst(":[^:\\]]*$", "");
    if (host.isEmpty()) {
      return "missing host in url";
    }
    if (parts.group(1) == null) {
      return "missing scheme in url";
    }
    try {
      URI parsed = new URI(parts.group(1), authority, null, null, null);
      return parsed.getRawAuthority() == null ? "missing host in url" : null;
    } catch (URISyntaxException broken) {
      return "could not parse url. " + broken.getReason();
    }
  }
}
