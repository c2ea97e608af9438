package io.portcullis.plugins.requesttransformer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code request-transformer}: what is done, in the order in which it is.
 *
 * @param httpMethod the method that the upstream sees; null for the client's
 */
public record RequestTransformerConfig(
    @Nullable String httpMethod,
    Lists remove,
    Lists rename,
    Replacements replace,
    Lists add,
    Lists append) {
  /** Names to take out, entries {@code old:new}, or entries {@code name:value}. */
  public record Lists(List<String> body, List<String> headers, List<String> querystring) {}

  /**
   * Entries {@code name:value} for what is there.
   *
   * @param uri the path that the upstream sees; null lets the route decide
   */
  public record Replacements(
      List<String> body, List<String> headers, List<String> querystring, @Nullable String uri) {}
}
