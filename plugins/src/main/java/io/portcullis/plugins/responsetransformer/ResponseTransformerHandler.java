package io.portcullis.plugins.responsetransformer;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Response;
import io.portcullis.plugins.transform.HeaderEdits;
import io.portcullis.plugins.transform.JsonBody;
import io.portcullis.plugins.transform.JsonObjects;
import io.portcullis.plugins.transform.MemberEdits;
import io.portcullis.plugins.transform.TemplateSource;
import org.jspecify.annotations.Nullable;

/** Changes answers, whoever made them. Bodies that are no JSON stream through untouched. */
final class ResponseTransformerHandler implements PluginHandler {
  private static final ExchangeKey<Boolean> CHANGES_BODY = ExchangeKey.named("JSON is changed");
  private static final int LONGEST_BODY = 64 * 1024 * 1024;

  private final HeaderEdits headers;
  private final MemberEdits members;
  private final JsonObjects json = new JsonObjects();

  ResponseTransformerHandler(HeaderEdits headers, MemberEdits members) {
    this.headers = headers;
    this.members = members;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Response response = exchange.response();
    if (!members.isEmpty() && hasPlainJson(response)) {
      exchange.put(CHANGES_BODY, true);
      // It would be that of the body before the change.
      response.headers().remove("content-length");
    }
    headers.apply(response.headers(), TemplateSource.NOTHING);
  }

  @Override
  public @Nullable BodyFilter bodyFilter(Exchange exchange) {
    return !members.isEmpty() && exchange.get(CHANGES_BODY) != null
        ? new JsonBody(json, object -> members.apply(object, TemplateSource.NOTHING), LONGEST_BODY)
        : null;
  }

  /** Whether the body is JSON that can be read: whole, and not compressed. */
  private static boolean hasPlainJson(Response response) {
    Headers lines = response.headers();
    return switch (response.status()) {
      case 101, 204, 206, 304 -> false;
      default ->
          JsonObjects.isJson(lines.get("content-type")) && !lines.contains("content-encoding");
    };
  }
}
