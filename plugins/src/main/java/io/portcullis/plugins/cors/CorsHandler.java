package io.portcullis.plugins.cors;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers preflights itself and adds header lines to every other answer, errors included. */
final class CorsHandler implements PluginHandler {
  private static final ExchangeKey<Boolean> PREFLIGHT = ExchangeKey.named("cors preflight");
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";
  private static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
  private static final String ALLOW_HEADERS = "access-control-allow-headers";
  private static final String EXPOSE_HEADERS = "access-control-expose-headers";
  private static final String PRIVATE_NETWORK = "access-control-allow-private-network";
  private static final byte[] NO_BODY = new byte[0];

  private final AllowedOrigins origins;
  private final boolean credentials;
  private final boolean privateNetwork;
  private final boolean preflightContinue;
  private final @Nullable String allowedHeaders;
  private final @Nullable String exposedHeaders;

  /** The lines of a preflight's answer that no request changes. */
  private final List<HeaderLine> preflightLines;

  CorsHandler(CorsConfig config) {
    this.origins = AllowedOrigins.of(config.origins());
    this.credentials = config.credentials();
    this.privateNetwork = config.privateNetwork();
    this.preflightContinue = config.preflightContinue();
    this.allowedHeaders = joined(config.headers());
    this.exposedHeaders = joined(config.exposedHeaders());
    this.preflightLines = preflightLines(config);
  }

  @Override
  public Reply access(Exchange exchange) {
    Headers asked = exchange.request().headers();
    if (!exchange.request().method().equals("OPTIONS")
        || !asked.contains("origin")
        || !asked.contains("access-control-request-method")) {
      return Reply.NEXT;
    }
    exchange.put(PREFLIGHT, Boolean.TRUE);
    return preflightContinue ? Reply.NEXT : preflight(asked);
  }

  @Override
  public void headerFilter(Exchange exchange) {
    if (exchange.get(PREFLIGHT) != null) {
      return;
    }
    String origin = exchange.request().headers().get("origin");
    Headers answer = exchange.response().headers();
    String allowed = origins.allow(origin);
    boolean echoes = echoes(allowed, origin);
    if (echoes) {
      allowed = origin;
    }
    if (allowed == null) {
      answer.remove(ALLOW_ORIGIN);
    } else {
      answer.set(ALLOW_ORIGIN, allowed);
    }
    if (echoes || origins.vary()) {
      answer.add("vary", "Origin");
    }
    if (allowsCredentials(allowed)) {
      answer.set(ALLOW_CREDENTIALS, "true");
    }
    if (exposedHeaders != null) {
      answer.set(EXPOSE_HEADERS, exposedHeaders);
    }
  }

  private Reply preflight(Headers asked) {
    String origin = asked.get("origin");
    List<HeaderLine> lines = new ArrayList<>(preflightLines.size() + 5);
    String allowed = origins.allow(origin);
    boolean echoes = echoes(allowed, origin);
    if (echoes) {
      allowed = origin;
    }
    if (echoes || origins.vary()) {
      lines.add(new HeaderLine("vary", "Origin"));
    }
    if (allowed != null) {
      lines.add(new HeaderLine(ALLOW_ORIGIN, allowed));
    }
    if (allowsCredentials(allowed)) {
      lines.add(new HeaderLine(ALLOW_CREDENTIALS, "true"));
    }
    String headers =
        allowedHeaders == null ? asked.get("access-control-request-headers") : allowedHeaders;
    if (headers != null) {
      lines.add(new HeaderLine(ALLOW_HEADERS, headers));
    }
    if (privateNetwork && "true".equals(asked.get("access-control-request-private-network"))) {
      lines.add(new HeaderLine(PRIVATE_NETWORK, "true"));
    }
    lines.addAll(preflightLines);
    return new Reply.Exit(200, lines, NO_BODY);
  }

  /** Browsers refuse {@code *} together with credentials, so the origin itself is named. */
  private boolean echoes(@Nullable String allowed, @Nullable String origin) {
    return credentials && origin != null && AllowedOrigins.ANY.equals(allowed);
  }

  private boolean allowsCredentials(@Nullable String allowed) {
    return credentials && !AllowedOrigins.ANY.equals(allowed);
  }

  private static List<HeaderLine> preflightLines(CorsConfig config) {
    List<HeaderLine> lines = new ArrayList<>();
    String methods = joined(config.methods());
    if (methods != null) {
      lines.add(new HeaderLine("access-control-allow-methods", methods));
    }
    Double maxAge = config.maxAge();
    if (maxAge != null) {
      String text =
          maxAge == Math.rint(maxAge) ? Long.toString(maxAge.longValue()) : maxAge.toString();
      lines.add(new HeaderLine("access-control-max-age", text));
    }
    return List.copyOf(lines);
  }

  private static @Nullable String joined(@Nullable List<String> names) {
    return names == null || names.isEmpty() ? null : HeaderText.of(String.join(",", names));
  }
}
