package io.portcullis.app.node;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Arguments;
import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.routing.Explanation;
import io.portcullis.proxy.routing.PathNormaliser;
import io.portcullis.proxy.routing.RouteQuery;
import io.portcullis.proxy.sync.LiveRoutingTable;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /portcullis/explain?method=&url=&header=}: where a request would go, and why. */
final class ExplainEndpoint implements AdminPage {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final LiveRoutingTable table;

  ExplainEndpoint(LiveRoutingTable table) {
    this.table = table;
  }

  @Override
  public AdminResponse answer(AdminRequest request) {
    Optional<String> method = request.query().first("method");
    Optional<String> url = request.query().first("url");
    if (method.isEmpty() || url.isEmpty()) {
      return AdminResponse.message(400, "explain needs the query arguments 'method' and 'url'");
    }
    URI uri;
    try {
      uri = URI.create(url.get());
    } catch (IllegalArgumentException e) {
      return AdminResponse.message(400, "not a URL: " + url.get());
    }
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      return AdminResponse.message(400, "expected an absolute http or https URL, got " + url.get());
    }
    String raw = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String path = PathNormaliser.normalise(raw);
    if (path == null) {
      return AdminResponse.message(400, "the gateway answers 400 to the path " + raw);
    }
    Headers headers = new Headers();
    headers.add("host", uri.getRawAuthority());
    for (Arguments.Argument argument : request.query().pairs()) {
      int colon = argument.value().indexOf(':');
      if (argument.name().equals("header") && colon > 0) {
        headers.add(
            argument.value().substring(0, colon).strip().toLowerCase(Locale.ROOT),
            argument.value().substring(colon + 1).strip());
      }
    }
    Asked asked = new Asked(method.get().toUpperCase(Locale.ROOT), uri, path, headers);
    return AdminResponse.json(200, Explanation.of(table.current(), asked).toJson());
  }

  /** The request in question. */
  private record Asked(String method, URI uri, String path, Headers headers) implements RouteQuery {
    @Override
    public String host() {
      String host = uri.getHost();
      return host == null ? "" : host;
    }

    @Override
    public int port() {
      return uri.getPort() >= 0 ? uri.getPort() : secure() ? HTTPS : HTTP;
    }

    @Override
    public @Nullable String sni() {
      return secure() ? uri.getHost() : null;
    }

    @Override
    public boolean secure() {
      return "https".equals(uri.getScheme());
    }
  }
}
