package io.portcullis.plugins.inputfilter;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes lines and arguments out of each request. */
final class InputFilterHandler implements PluginHandler {
  private static final String ALL = "*";

  /** Without these a message would be another one, or could not be read. */
  private static final Set<String> NEEDED =
      Set.of(
          "host",
          "connection",
          "upgrade",
          "content-length",
          "transfer-encoding",
          "te",
          "trailer",
          "expect",
          "sec-websocket-key",
          "sec-websocket-version",
          "sec-websocket-extensions",
          "sec-websocket-protocol");

  private final boolean allHeaders;
  private final Set<String> headers = new HashSet<>(NEEDED);
  private final boolean allArguments;
  private final Set<String> arguments;

  InputFilterHandler(InputFilterConfig config) {
    this.allHeaders = config.headers().contains(ALL);
    config.headers().forEach(name -> headers.add(name.toLowerCase(Locale.ROOT)));
    if (config.headers().isEmpty()) {
      headers.add("content-type");
    }
    this.allArguments = config.queryStrings().contains(ALL);
    this.arguments = Set.copyOf(config.queryStrings());
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    if (!allHeaders) {
      Headers lines = request.headers();
      for (int i = lines.size() - 1; i >= 0; i--) {
        if (!headers.contains(lines.name(i).toLowerCase(Locale.ROOT))) {
          lines.removeAt(i);
        }
      }
    }
    String query = request.rawQuery();
    if (!allArguments && query != null && !query.isEmpty()) {
      request.setRawQuery(filtered(query));
    }
    return Reply.NEXT;
  }

  private @Nullable String filtered(String query) {
    StringBuilder kept = new StringBuilder(query.length());
    int from = 0;
    while (from <= query.length()) {
      int end = query.indexOf('&', from);
      int to = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', from);
      String name = query.substring(from, equals < 0 || equals > to ? to : equals);
      if (to > from && arguments.contains(decoded(name))) {
        kept.append(kept.isEmpty() ? "" : "&").append(query, from, to);
      }
      from = to + 1;
    }
    return kept.isEmpty() ? null : kept.toString();
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return name;
    }
  }
}
