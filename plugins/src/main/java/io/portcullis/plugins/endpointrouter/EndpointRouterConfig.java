package io.portcullis.plugins.endpointrouter;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Configuration of {@code endpoint-router}.
 *
 * @param endpoints what other routes answer
 * @param healthPath where {@code GET} says that the gateway is there; null for nowhere
 * @param echo whether {@code /__echo/} tells the request
 * @param debug whether {@code /__debug/} logs the request
 * @param autoOptions whether {@code OPTIONS} of an endpoint tells its methods
 * @param redirectTrailingSlash whether a path that lacks a slash at its end, or has one too many,
 *     is redirected
 * @param redirectFixedPath whether a path that differs in case is redirected
 * @param tellWrongMethods whether a path that has other methods is 405
 * @param notFoundBody JSON body of a 404; null for the text
 * @param wrongMethodBody JSON body of a 405; null for the text
 * @param completedHeader header that says that the answer is not a complete one
 * @param responseHeaders headers of errors and of answers to {@code OPTIONS}
 */
public record EndpointRouterConfig(
    List<Endpoint> endpoints,
    @Nullable String healthPath,
    boolean echo,
    boolean debug,
    boolean autoOptions,
    boolean redirectTrailingSlash,
    boolean redirectFixedPath,
    boolean tellWrongMethods,
    @Nullable JsonNode notFoundBody,
    @Nullable JsonNode wrongMethodBody,
    String completedHeader,
    Map<String, String> responseHeaders) {

  /**
   * An endpoint.
   *
   * @param path with {@code {placeholders}} and perhaps a {@code *} at its end
   */
  public record Endpoint(String path, String method) {}
}
