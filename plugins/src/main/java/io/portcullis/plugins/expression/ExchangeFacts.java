package io.portcullis.plugins.expression;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.endpoint.PathParameters;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an exchange tells expressions.
 *
 * @param template finds the path parameters
 */
public record ExchangeFacts(Exchange exchange, PathParameters template) implements RequestFacts {
  @Override
  public String method() {
    return exchange.request().method();
  }

  @Override
  public Map<String, String> parameters() {
    Map<String, String> decoded = new HashMap<>();
    template
        .of(exchange.request())
        .forEach((name, raw) -> decoded.put(name, decoded(raw.replace("+", "%2B"))));
    return decoded;
  }

  @Override
  public String path() {
    return exchange.request().path();
  }

  @Override
  public Headers headers() {
    return exchange.request().headers();
  }

  @Override
  public @Nullable JsonNode claims() {
    return exchange.get(VerifiedClaims.KEY);
  }

  @Override
  public Map<String, List<String>> arguments() {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    String query = exchange.request().rawQuery();
    int from = 0;
    while (query != null && from < query.length()) {
      int ampersand = query.indexOf('&', from);
      int end = ampersand < 0 ? query.length() : ampersand;
      int equals = query.indexOf('=', from);
      int middle = equals < 0 || equals > end ? end : equals;
      if (end > from) {
        arguments
            .computeIfAbsent(decoded(query.substring(from, middle)), _ -> new ArrayList<>(1))
            .add(middle == end ? "" : decoded(query.substring(middle + 1, end)));
      }
      from = end + 1;
    }
    return arguments;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }
}
