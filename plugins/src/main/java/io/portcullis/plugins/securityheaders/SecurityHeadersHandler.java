package io.portcullis.plugins.securityheaders;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses hosts, redirects to HTTPS, and adds headers to what others answer. */
final class SecurityHeadersHandler implements PluginHandler {
  private static final ExchangeKey<Boolean> ANSWERED = ExchangeKey.named("answered or left alone");
  private static final Reply BAD_HOST =
      new Reply.Exit(
          500,
          List.of(
              new HeaderLine("content-type", "text/plain; charset=utf-8"),
              new HeaderLine("x-content-type-options", "nosniff")),
          "Bad Host\n".getBytes(StandardCharsets.UTF_8));
  private static final HeaderLine HTML = new HeaderLine("content-type", "text/html; charset=utf-8");
  private static final byte[] NO_BODY = {};
  private static final int MOVED_PERMANENTLY = 301;
  private static final String STS = "strict-transport-security";

  private final AllowedHosts hosts;
  private final String[] hostHeaders;
  private final boolean redirects;
  private final @Nullable String redirectHost;
  private final List<HeaderLine> proxyLines = new ArrayList<>();
  private final List<HeaderLine> always = new ArrayList<>();
  private final @Nullable String transportSecurity;
  private final boolean alsoWithoutTls;
  private final boolean global;
  private final @Nullable String exceptPath;

  /**
   * @param global whether the configuration is for all requests, and so runs before routing
   */
  SecurityHeadersHandler(SecurityHeadersConfig config, boolean global) {
    this.global = global;
    this.exceptPath = config.exceptPath();
    boolean strict = !config.isDevelopment();
    this.hosts =
        new AllowedHosts(strict ? config.allowedHosts() : List.of(), config.allowedHostsAreRegex());
    this.hostHeaders =
        config.hostProxyHeaders().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toArray(String[]::new);
    this.redirects = strict && config.sslRedirect();
    this.redirectHost = config.sslHost();
    for (Map.Entry<String, String> line : config.sslProxyHeaders().entrySet()) {
      proxyLines.add(new HeaderLine(line.getKey().toLowerCase(Locale.ROOT), line.getValue()));
    }
    this.transportSecurity =
        strict && config.stsSeconds() > 0
            ? "max-age="
                + config.stsSeconds()
                + (config.stsIncludeSubdomains() ? "; includeSubDomains" : "")
            : null;
    this.alsoWithoutTls = config.forceStsHeader();
    String frames = config.customFrameOptionsValue();
    add("x-frame-options", frames != null ? frames : config.frameDeny() ? "DENY" : null);
    add("x-content-type-options", config.contentTypeNosniff() ? "nosniff" : null);
    add("x-xss-protection", config.browserXssFilter() ? "1; mode=block" : null);
    add("content-security-policy", config.contentSecurityPolicy());
    add("referrer-policy", config.referrerPolicy());
  }

  /** Of a global configuration, whose turn comes whether or not a route has one of its own. */
  @Override
  public Reply rewrite(Exchange exchange) {
    return look(exchange);
  }

  @Override
  public Reply access(Exchange exchange) {
    return global ? Reply.NEXT : look(exchange);
  }

  private Reply look(Exchange exchange) {
    Request request = exchange.request();
    if (request.path().equals(exceptPath)) {
      exchange.put(ANSWERED, true);
      return Reply.NEXT;
    }
    String host = host(request);
    if (!hosts.contain(host)) {
      exchange.put(ANSWERED, true);
      return BAD_HOST;
    }
    if (redirects && !isSecure(request)) {
      exchange.put(ANSWERED, true);
      return redirect(redirectHost == null ? host : redirectHost, request);
    }
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    if (exchange.get(ANSWERED) != null) {
      return;
    }
    Headers answer = exchange.response().headers();
    for (HeaderLine line : always) {
      answer.set(line.name(), line.value());
    }
    if (transportSecurity != null && (alsoWithoutTls || isSecure(exchange.request()))) {
      answer.set(STS, transportSecurity);
    }
  }

  private static Reply redirect(String host, Request request) {
    String query = request.rawQuery();
    String target = "https://" + host + request.rawPath() + (query == null ? "" : "?" + query);
    HeaderLine location = new HeaderLine("location", target);
    boolean head = request.method().equals("HEAD");
    if (!head && !request.method().equals("GET")) {
      return new Reply.Exit(MOVED_PERMANENTLY, List.of(location), NO_BODY);
    }
    String page = "<a href=\"" + escaped(target) + "\">Moved Permanently</a>.\n\n";
    return new Reply.Exit(
        MOVED_PERMANENTLY,
        List.of(location, HTML),
        head ? NO_BODY : page.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }

  /** With its port, as the client said it. */
  private String host(Request request) {
    Headers headers = request.headers();
    for (String name : hostHeaders) {
      String value = headers.get(name);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    String host = headers.get("host");
    return host == null ? request.host() : host;
  }

  private boolean isSecure(Request request) {
    if (request.scheme().equals("https")) {
      return true;
    }
    for (HeaderLine line : proxyLines) {
      if (line.value().equals(request.headers().get(line.name()))) {
        return true;
      }
    }
    return false;
  }

  private void add(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      always.add(new HeaderLine(name, HeaderText.of(value)));
    }
  }
}
