package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.shape.FlatmapStep;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is called for one part of the answer.
 *
 * @param host where it is called, one after the other; a name without scheme gets {@code sdScheme}
 * @param urlPattern path and query with {@code {placeholders}}
 * @param method of the call; null takes the client's
 * @param encoding of its answers
 * @param isCollection whether its JSON is an array
 * @param target dotted path of the object that becomes the part; empty for all of it
 * @param allow dotted paths that stay
 * @param deny dotted paths that go; not looked at beside {@code allow}
 * @param mapping new names of first-level members
 * @param group member that the part is put in; empty for none
 * @param flatmapFilter operations in place of allow, deny and mapping
 * @param sd how hosts are found: {@code static} or {@code dns}
 * @param sdScheme scheme of hosts without one
 * @param disableHostSanitize whether a host may have a path
 * @param inputHeaders of the headers that the endpoint lets in, those that this backend gets; empty
 *     for all
 * @param inputQueryStrings likewise of query arguments
 * @param returnErrorDetails name under which a bad status is told in the answer; null for failing
 * @param returnErrorCode whether the client gets the status of this backend when it alone failed
 * @param sendBodyOnRedirect whether a 307 or 308 is followed with the body
 * @param shadow whether it is called for its own sake and its answer dropped
 * @param shadowTimeout of a shadow's call, as Go writes durations; null for the whole's
 * @param verifyTls whether certificates must be trusted and fit their names
 * @param cel expressions over the client's request that must be true for it to be called
 * @param martian what is changed of requests and answers; null for nothing
 * @param circuitBreaker null for none
 * @param rateLimit null for none
 * @param httpCache null for none
 * @param graphql an operation that is asked for in place of what the client sent; null for none
 */
public record BackendConfig(
    List<String> host,
    String urlPattern,
    @Nullable String method,
    String encoding,
    boolean isCollection,
    String target,
    List<String> allow,
    List<String> deny,
    Map<String, String> mapping,
    String group,
    List<FlatmapStep> flatmapFilter,
    String sd,
    String sdScheme,
    boolean disableHostSanitize,
    List<String> inputHeaders,
    List<String> inputQueryStrings,
    @Nullable String returnErrorDetails,
    boolean returnErrorCode,
    boolean sendBodyOnRedirect,
    boolean shadow,
    @Nullable String shadowTimeout,
    boolean verifyTls,
    List<Check> cel,
    @Nullable JsonNode martian,
    @Nullable CircuitBreakerConfig circuitBreaker,
    @Nullable RateLimitConfig rateLimit,
    @Nullable HttpCacheConfig httpCache,
    @Nullable GraphQlConfig graphql) {

  /**
   * An expression that must be true.
   *
   * @param checkExpr the expression
   */
  public record Check(String checkExpr) {}
}
