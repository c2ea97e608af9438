package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the Admin API.
 *
 * <p>A browser must not become a way in: a loopback listener wants a loopback {@code Host} (against
 * DNS rebinding), and pages of other sites may not write.
 *
 * @param token what callers must present; null for nothing
 * @param allowedOrigins origins whose pages may use the API; {@code *} for all
 */
public record AccessRules(@Nullable String token, Set<String> allowedOrigins) {
  private static final String ANY_ORIGIN = "*";

  public AccessRules {
    allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /** No token, no foreign origin. */
  public static AccessRules standard() {
    return new AccessRules(null, Set.of());
  }

  /** Headers that decide; each null when absent. */
  record Credentials(
      @Nullable String host,
      @Nullable String origin,
      @Nullable String fetchSite,
      @Nullable String authorization,
      @Nullable String adminToken,
      @Nullable String apiKey) {}

  /**
   * Lets a call pass.
   *
   * @param loopback whether it came through a listener that only this machine reaches
   * @throws Refusal 401 or 403
   */
  void check(String method, boolean loopback, Credentials sent) {
    if (loopback && !isLoopbackHost(sent.host())) {
      throw Refusal.message(
          403,
          "Host '"
              + sent.host()
              + "' is refused: this listener is for this machine alone; use 127.0.0.1 or localhost,"
              + " or another admin_listen");
    }
    boolean writes = !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
    if (writes && isForeign(sent)) {
      throw Refusal.message(
          403, "writes by a page of another site are refused; see admin_allowed_origins");
    }
    if (token != null && !method.equals("OPTIONS") && !presents(token, sent)) {
      throw Refusal.message(401, "Unauthorized");
    }
  }

  /**
   * Who calls, as far as that is proven: {@code certificate …}, {@code user …} who knows the token,
   * {@code token}, or {@code anonymous}.
   *
   * @param certificate subject of the client's certificate
   */
  String caller(Credentials sent, Optional<String> certificate) {
    if (certificate.isPresent()) {
      return "certificate " + certificate.get();
    }
    if (token == null || !presents(token, sent)) {
      return "anonymous";
    }
    Optional<BasicPair> pair = basic(sent.authorization());
    return pair.isPresent() && equal(token, pair.get().password()) && !pair.get().user().isEmpty()
        ? "user " + pair.get().user()
        : "token";
  }

  /** Value of {@code Access-Control-Allow-Origin}; nothing for a foreign origin. */
  Optional<String> allowOrigin(Credentials sent) {
    if (isForeign(sent)) {
      return Optional.empty();
    }
    return Optional.of(sent.origin() == null ? "*" : sent.origin());
  }

  private boolean isForeign(Credentials sent) {
    if (allowedOrigins.contains(ANY_ORIGIN)) {
      return false;
    }
    String origin = sent.origin();
    if (origin == null) {
      return "cross-site".equals(sent.fetchSite());
    }
    return !allowedOrigins.contains(origin) && !isOwn(origin, sent.host());
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    int scheme = origin.indexOf("://");
    return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
  }

  private static boolean isLoopbackHost(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name;
    try {
      name = URI.create("http://" + host).getHost();
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    if (name == null) {
      return false;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("localhost")
        || lower.endsWith(".localhost")
        || lower.equals("[::1]")
        || isLoopbackAddress(lower);
  }

  /** 127.0.0.0/8, four decimal numbers and nothing else: {@code 127.0.0.1.evil.test} is a name. */
  private static boolean isLoopbackAddress(String host) {
    String[] numbers = host.split("\\.", -1);
    if (numbers.length != 4 || !numbers[0].equals("127")) {
      return false;
    }
    for (String number : numbers) {
      if (number.isEmpty() || number.length() > 3) {
        return false;
      }
      for (int i = 0; i < number.length(); i++) {
        if (number.charAt(i) < '0' || number.charAt(i) > '9') {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean presents(String token, Credentials sent) {
    return equal(token, bearer(sent.authorization()))
        || equal(token, basic(sent.authorization()).map(BasicPair::password).orElse(null))
        || equal(token, sent.adminToken())
        || equal(token, sent.apiKey());
  }

  /** Takes the same time wherever the texts differ. */
  private static boolean equal(String token, @Nullable String presented) {
    return presented != null
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String bearer(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? authorization.substring(7).strip()
        : null;
  }

  private record BasicPair(String user, String password) {}

  private static Optional<BasicPair> basic(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(authorization.substring(6).strip()),
              StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new BasicPair(pair.substring(0, colon), pair.substring(colon + 1)));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
