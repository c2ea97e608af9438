package io.portcullis.plugins.crossorigin;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.plugins.endpoint.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers preflights, before a route is looked for if it is global, and tells pages what they may
 * read. What is not allowed is answered as well, but without the lines that would allow it.
 */
final class CrossOriginHandler implements PluginHandler {
  private static final ExchangeKey<Boolean> PREFLIGHT = ExchangeKey.named("strict preflight");
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";
  private static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
  private static final String PRIVATE_NETWORK = "access-control-allow-private-network";
  private static final String VARY =
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  private static final byte[] NO_BODY = {};

  private final OriginRules origins;
  private final Set<String> methods;
  private final Set<String> headers = new HashSet<>();
  private final boolean anyHeader;
  private final @Nullable String exposed;
  private final boolean credentials;
  private final boolean privateNetwork;
  private final @Nullable String maxAge;
  private final boolean passes;
  private final int status;
  private final HeaderLine vary;

  CrossOriginHandler(CrossOriginConfig config) {
    this.origins = new OriginRules(config.allowOrigins());
    this.methods = new HashSet<>();
    config.allowMethods().forEach(method -> methods.add(method.toUpperCase(Locale.ROOT)));
    methods.add("OPTIONS");
    config.allowHeaders().forEach(header -> headers.add(header.toLowerCase(Locale.ROOT)));
    this.anyHeader = headers.isEmpty() || headers.contains("*");
    headers.add("origin");
    this.exposed =
        config.exposeHeaders().isEmpty()
            ? null
            : HeaderText.of(String.join(", ", config.exposeHeaders()));
    this.credentials = config.allowCredentials();
    this.privateNetwork = config.allowPrivateNetwork();
    Duration age = GoDuration.parse(config.maxAge());
    this.maxAge = age == null || age.toSeconds() == 0 ? null : Long.toString(age.toSeconds());
    this.passes = config.optionsPassthrough();
    this.status = config.optionsSuccessStatus();
    this.vary =
        new HeaderLine(
            "vary", privateNetwork ? VARY + ", Access-Control-Request-Private-Network" : VARY);
  }

  @Override
  public Reply rewrite(Exchange exchange) {
    return answer(exchange);
  }

  @Override
  public Reply access(Exchange exchange) {
    return answer(exchange);
  }

  private Reply answer(Exchange exchange) {
    Headers asked = exchange.request().headers();
    if (!exchange.request().method().equals("OPTIONS")
        || asked.get("access-control-request-method") == null) {
      return Reply.NEXT;
    }
    exchange.put(PREFLIGHT, Boolean.TRUE);
    return passes ? Reply.NEXT : new Reply.Exit(status, preflight(asked), NO_BODY);
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Headers answer = exchange.response().headers();
    Headers asked = exchange.request().headers();
    if (exchange.get(PREFLIGHT) != null) {
      if (passes) {
        preflight(asked).forEach(line -> answer.set(line.name(), line.value()));
      }
      return;
    }
    answer.add("vary", "Origin");
    String origin = asked.get("origin");
    if (origin == null
        || !origins.allow(origin)
        || !methods.contains(exchange.request().method())) {
      return;
    }
    answer.set(ALLOW_ORIGIN, origins.isAll() ? "*" : origin);
    if (exposed != null) {
      answer.set("access-control-expose-headers", exposed);
    }
    if (credentials) {
      answer.set(ALLOW_CREDENTIALS, "true");
    }
  }

  private List<HeaderLine> preflight(Headers asked) {
    List<HeaderLine> lines = new ArrayList<>(7);
    lines.add(vary);
    String origin = asked.get("origin");
    String method = asked.get("access-control-request-method");
    String wanted = asked.get("access-control-request-headers");
    if (origin == null
        || method == null
        || !origins.allow(origin)
        || !methods.contains(method)
        || !allowHeaders(wanted)) {
      return lines;
    }
    lines.add(new HeaderLine(ALLOW_ORIGIN, origins.isAll() ? "*" : origin));
    lines.add(new HeaderLine("access-control-allow-methods", method));
    if (wanted != null && !wanted.isEmpty()) {
      lines.add(new HeaderLine("access-control-allow-headers", wanted));
    }
    if (credentials) {
      lines.add(new HeaderLine(ALLOW_CREDENTIALS, "true"));
    }
    if (privateNetwork && "true".equals(asked.get("access-control-request-private-network"))) {
      lines.add(new HeaderLine(PRIVATE_NETWORK, "true"));
    }
    if (maxAge != null) {
      lines.add(new HeaderLine("access-control-max-age", maxAge));
    }
    return lines;
  }

  private boolean allowHeaders(@Nullable String list) {
    if (anyHeader || list == null) {
      return true;
    }
    int from = 0;
    while (from < list.length()) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      String name = list.substring(from, end).strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !headers.contains(name)) {
        return false;
      }
      from = end + 1;
    }
    return true;
  }
}
