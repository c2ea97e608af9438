package io.portcullis.plugins.proxycache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code proxy-cache}.
 *
 * @param responseCode statuses of answers that are kept
 * @param requestMethod methods whose answers are kept
 * @param contentType types of answers that are kept, with their parameters
 * @param cacheTtl seconds that an answer is fresh
 * @param strategy where answers are kept
 * @param cacheControl whether {@code Cache-Control} and {@code Expires} of both sides are obeyed
 * @param ignoreUriCase whether paths that differ in case alone are the same
 * @param storageTtl seconds that an answer is kept; null for as long as it is fresh
 * @param memory where in memory
 * @param varyQueryParams query arguments that tell requests apart; all when there are none
 * @param varyHeaders request headers that tell requests apart
 * @param responseHeaders what answers say about the cache
 */
public record ProxyCacheConfig(
    List<Integer> responseCode,
    List<String> requestMethod,
    List<String> contentType,
    int cacheTtl,
    String strategy,
    boolean cacheControl,
    boolean ignoreUriCase,
    @Nullable Integer storageTtl,
    Memory memory,
    @Nullable List<String> varyQueryParams,
    @Nullable List<String> varyHeaders,
    ResponseHeaders responseHeaders) {

  /** Which of the node's caches. */
  public record Memory(String dictionaryName) {}

  /** Header lines that answers get. */
  public record ResponseHeaders(boolean age, boolean xCacheStatus, boolean xCacheKey) {}
}
