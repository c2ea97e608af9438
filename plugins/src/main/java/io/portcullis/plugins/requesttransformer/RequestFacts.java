package io.portcullis.plugins.requesttransformer;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.transform.Arguments;
import io.portcullis.plugins.transform.OctetText;
import io.portcullis.plugins.transform.TemplateSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as templates see it: as it was before anything was changed. */
final class RequestFacts implements TemplateSource {
  private final Headers headers;
  private final @Nullable String query;
  private final Map<String, String> captures;
  private @Nullable Arguments arguments;

  /**
   * @param changesHeaders whether the lines will change while templates are still read
   */
  RequestFacts(Request request, boolean changesHeaders) {
    this.headers = changesHeaders ? request.headers().copy() : request.headers();
    this.query = request.rawQuery();
    this.captures = request.captures();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  @Override
  public @Nullable Object argument(String name) {
    Arguments parsed = arguments;
    if (parsed == null) {
      parsed = Arguments.parse(query);
      arguments = parsed;
    }
    return parsed.first(name);
  }

  @Override
  public @Nullable String capture(String name) {
    String value = captures.get(name);
    return value == null ? null : OctetText.of(value);
  }
}
