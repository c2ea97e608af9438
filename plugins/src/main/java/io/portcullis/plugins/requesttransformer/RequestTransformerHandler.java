package io.portcullis.plugins.requesttransformer;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.transform.ArgumentEdits;
import io.portcullis.plugins.transform.Arguments;
import io.portcullis.plugins.transform.HeaderEdits;
import io.portcullis.plugins.transform.TemplateSource;
import io.portcullis.plugins.transform.Text;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Changes requests: path, method, headers, body, query; in this order, as Kong does. */
final class RequestTransformerHandler implements PluginHandler {
  private static final String HOST = "host";

  private final @Nullable Text path;
  private final @Nullable String method;
  private final @Nullable Text host;
  private final HeaderEdits headers;
  private final BodyEdits body;
  private final ArgumentEdits query;
  private final boolean usesTemplates;

  /** Whether the method has no use for a form, which then moves into the query. */
  private final boolean movesForms;

  /**
   * @param host what the upstream is addressed as; null leaves it to route and service
   * @param usesTemplates whether anything depends on the request
   */
  RequestTransformerHandler(
      @Nullable Text path,
      @Nullable String method,
      @Nullable Text host,
      HeaderEdits headers,
      BodyEdits body,
      ArgumentEdits query,
      boolean usesTemplates) {
    this.path = path;
    this.method = method;
    this.host = host;
    this.headers = headers;
    this.body = body;
    this.query = query;
    this.usesTemplates = usesTemplates;
    this.movesForms =
        method != null && (method.equals("GET") || method.equals("HEAD") || method.equals("TRACE"));
  }

  @Override
  public boolean wantsRequestBody() {
    return movesForms || !body.isEmpty();
  }

  @Override
  public boolean wantsRequestBody(Request request) {
    String type = request.headers().get("content-type");
    return !body.isEmpty() && BodyEdits.reads(type) || movesForms && BodyEdits.isForm(type);
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    TemplateSource source =
        usesTemplates ? new RequestFacts(request, !headers.isEmpty()) : TemplateSource.NOTHING;
    String contentType = request.headers().get("content-type");
    if (path != null) {
      replacePath(request, path.of(source));
    }
    if (method != null) {
      request.setMethod(method);
    }
    changeHeaders(request, source);
    byte[] received = request.body();
    if (movesForms && received != null && BodyEdits.isForm(contentType)) {
      moveForm(request, received);
    }
    if (!body.isEmpty() && received != null) {
      byte[] changed = body.applied(received, contentType, source);
      if (changed != null) {
        request.setBody(changed);
      }
    }
    if (!query.isEmpty()) {
      Arguments arguments = Arguments.parse(request.rawQuery());
      if (query.apply(arguments, source)) {
        request.setRawQuery(arguments.isEmpty() ? null : arguments.sorted().encoded());
      }
    }
    return Reply.NEXT;
  }

  private void changeHeaders(Request request, TemplateSource source) {
    Headers lines = request.headers();
    String before = headers.isEmpty() ? null : lines.get(HOST);
    headers.apply(lines, source);
    String after = headers.isEmpty() ? null : lines.get(HOST);
    String wanted = host == null ? null : host.of(source);
    if (wanted == null && after != null && !Objects.equals(before, after)) {
      // Another line was renamed to this one.
      wanted = after;
    }
    if (wanted != null && !wanted.isEmpty()) {
      request.setUpstreamHost(wanted);
    }
  }

  private static void replacePath(Request request, String wanted) {
    int mark = wanted.indexOf('?');
    String replaced = mark < 0 ? wanted : wanted.substring(0, mark);
    request.setUpstreamPath(replaced.startsWith("/") ? replaced : "/" + replaced);
    if (mark >= 0) {
      String own = wanted.substring(mark + 1);
      String sent = request.rawQuery();
      request.setRawQuery(sent == null || sent.isEmpty() ? own : own + "&" + sent);
    }
  }

  private static void moveForm(Request request, byte[] form) {
    Arguments moved = Arguments.parse(new String(form, StandardCharsets.ISO_8859_1));
    if (!moved.isEmpty()) {
      Arguments all = Arguments.parse(request.rawQuery());
      all.addAll(moved);
      request.setRawQuery(all.sorted().encoded());
    }
  }
}
