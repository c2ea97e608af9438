package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.endpoint.PathParameters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an exchange what backends may see: of headers and query arguments nothing but what
 * is listed, and {@code Content-Type} as long as no header is. Immutable.
 */
final class RequestReader {
  /** A path parameter is escaped twice, or would change where the call goes. */
  static final class EncodedParameterException extends Exception {
    private static final long serialVersionUID = 1L;

    private EncodedParameterException(String message) {
      super("error: " + message);
    }
  }

  private static final String ALL = "*";
  private static final byte[] NO_BODY = {};

  /** Lines of one hop, and those that are made anew. */
  private static final Set<String> NEVER_FORWARDED =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "x-forwarded-for",
          "x-forwarded-host");

  private static final Set<String> OWN =
      Set.of("x-forwarded-for", "x-forwarded-host", "x-forwarded-via", "user-agent");

  private final boolean allHeaders;

  /** In lower case, without those that are never forwarded. */
  private final String[] headerNames;

  private final boolean allArguments;
  private final Set<String> argumentNames;
  private final PathParameters path;
  private final String userAgent;

  RequestReader(CompositionConfig config) {
    this.allHeaders = config.inputHeaders().contains(ALL);
    Set<String> names = new LinkedHashSet<>();
    config.inputHeaders().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    if (names.isEmpty()) {
      names.add("content-type");
    }
    names.removeAll(NEVER_FORWARDED);
    this.headerNames = names.toArray(new String[0]);
    this.allArguments = config.inputQueryStrings().contains(ALL);
    this.argumentNames = Set.copyOf(config.inputQueryStrings());
    this.path = new PathParameters(config.endpoint());
    this.userAgent = config.userAgent();
  }

  /** Whether the gateway itself sets this line, whatever is forwarded. */
  static boolean isOfTheGateway(String lowerCaseName) {
    return OWN.contains(lowerCaseName);
  }

  ClientRequest read(Exchange exchange, AnswerMemory.Share memory)
      throws EncodedParameterException {
    Request request = exchange.request();
    byte[] body = request.body();
    return new ClientRequest(
        request.method(),
        request.path(),
        parameters(request),
        headers(exchange),
        arguments(request.rawQuery()),
        body == null ? NO_BODY : body,
        request.headers().get("accept"),
        exchange.get(VerifiedClaims.KEY),
        exchange.get(CallObserver.KEY),
        memory);
  }

  private Map<String, String> parameters(Request request) throws EncodedParameterException {
    Map<String, String> found = path.of(request);
    if (found.isEmpty()) {
      return Map.of();
    }
    Map<String, String> decoded = new HashMap<>();
    for (Map.Entry<String, String> parameter : found.entrySet()) {
      decoded.put(parameter.getKey(), decoded(parameter.getValue()));
    }
    return decoded;
  }

  private static String decoded(String raw) throws EncodedParameterException {
    String value = UrlText.decoded(raw, false);
    boolean hidesSlash = value.indexOf('/') >= 0 && raw.indexOf('/') < 0;
    boolean encoded = hidesSlash || value.indexOf('?') >= 0 || value.indexOf('#') >= 0;
    for (int i = value.indexOf('%'); i >= 0; i = value.indexOf('%', i + 1)) {
      if (!UrlText.isEscape(value, i)) {
        String text = value.substring(i, Math.min(i + 3, value.length()));
        throw new EncodedParameterException("invalid URL escape \"" + text + '"');
      }
      encoded = true;
    }
    if (encoded) {
      throw new EncodedParameterException("encoded url params");
    }
    return value;
  }

  private Headers headers(Exchange exchange) {
    Headers lines = exchange.request().headers();
    Headers forwarded = new Headers();
    if (allHeaders) {
      for (int i = 0; i < lines.size(); i++) {
        String name = lines.name(i);
        if (!NEVER_FORWARDED.contains(name)) {
          forwarded.add(name, lines.value(i));
        }
      }
    } else {
      for (String name : headerNames) {
        for (int i = lines.indexOf(name); i >= 0; i = lines.indexOf(name, i + 1)) {
          forwarded.add(name, lines.value(i));
        }
      }
    }
    forwarded.set("x-forwarded-for", exchange.clientAddress());
    String host = lines.get("host");
    forwarded.set("x-forwarded-host", host == null ? exchange.request().host() : host);
    if (forwarded.contains("user-agent")) {
      forwarded.set("x-forwarded-via", userAgent);
    } else {
      forwarded.set("user-agent", userAgent);
    }
    return forwarded;
  }

  private List<ClientRequest.Argument> arguments(@Nullable String query) {
    if (query == null || query.isEmpty() || !allArguments && argumentNames.isEmpty()) {
      return List.of();
    }
    List<ClientRequest.Argument> arguments = new ArrayList<>();
    int from = 0;
    while (from <= query.length()) {
      int end = query.indexOf('&', from);
      int to = end < 0 ? query.length() : end;
      if (to > from && isWellFormed(query, from, to)) {
        int equals = query.indexOf('=', from);
        int middle = equals < 0 || equals > to ? to : equals;
        String name = UrlText.argument(query.substring(from, middle));
        if (allArguments || argumentNames.contains(name)) {
          String value = middle == to ? "" : UrlText.argument(query.substring(middle + 1, to));
          arguments.add(new ClientRequest.Argument(name, value));
        }
      }
      from = to + 1;
    }
    arguments.sort(Comparator.comparing(ClientRequest.Argument::name));
    return arguments;
  }

  /** Go drops arguments with a semicolon, which some take for a separator, and broken escapes. */
  private static boolean isWellFormed(String query, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = query.charAt(i);
      if (c == ';' || c == '%' && !(i + 2 < to && UrlText.isEscape(query, i))) {
        return false;
      }
    }
    return true;
  }
}
