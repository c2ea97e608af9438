package io.portcullis.plugins.jwt;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.jose.CookieLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where one configuration looks for tokens: query arguments, cookies, headers. */
final class TokenSources {
  private final List<String> queryArguments;
  private final List<String> cookies;
  private final String[] headers;

  TokenSources(JwtConfig config) {
    this.queryArguments = listOf(config.uriParamNames());
    this.cookies = listOf(config.cookieNames());
    this.headers =
        listOf(config.headerNames()).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toArray(String[]::new);
  }

  /**
   * The value of the only header with a token when no other place can hold one, else null: the
   * common case, which needs no list of candidates.
   */
  @Nullable String onlyHeader(Request request) {
    if (request.rawQuery() != null && !queryArguments.isEmpty()) {
      return null;
    }
    if (!cookies.isEmpty() && request.headers().contains("cookie")) {
      return null;
    }
    String only = null;
    for (String name : headers) {
      String value = request.headers().get(name);
      if (value != null && tokenStart(value) >= 0) {
        if (only != null) {
          return null;
        }
        only = value;
      }
    }
    return only;
  }

  /** The different tokens of a request, in order. */
  List<String> tokens(Request request) {
    List<String> tokens = new ArrayList<>(2);
    if (request.rawQuery() != null) {
      for (String name : queryArguments) {
        for (String value : request.queryValues(name)) {
          add(tokens, value);
        }
      }
    }
    for (String name : cookies) {
      for (String line : request.headers().all("cookie")) {
        String value = CookieLine.value(line, name);
        if (value != null) {
          add(tokens, value);
          break;
        }
      }
    }
    Headers lines = request.headers();
    for (String name : headers) {
      String value = lines.get(name);
      int start = value == null ? -1 : tokenStart(value);
      if (value != null && start >= 0) {
        add(tokens, value.substring(start));
      }
    }
    return tokens;
  }

  /** Whether a query argument stands there without a value, which is no token and not nothing. */
  boolean hasBareArgument(Request request) {
    if (request.rawQuery() == null) {
      return false;
    }
    for (String name : queryArguments) {
      if (request.hasBareQueryArgument(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where the token begins after {@code Bearer} or {@code bearer} and white space; -1 for another
   * scheme or no token.
   */
  static int tokenStart(String value) {
    int length = value.length();
    int at = 0;
    while (at < length && isSpace(value.charAt(at))) {
      at++;
    }
    if (length - at < 8
        || (value.charAt(at) != 'B' && value.charAt(at) != 'b')
        || !value.startsWith("earer", at + 1)
        || !isSpace(value.charAt(at + 6))) {
      return -1;
    }
    at += 7;
    while (at < length && isSpace(value.charAt(at))) {
      at++;
    }
    return at < length ? at : -1;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static void add(List<String> tokens, String token) {
    if (!token.isEmpty() && !tokens.contains(token)) {
      tokens.add(token);
    }
  }

  private static List<String> listOf(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }
}
