package io.portcullis.core.plugin;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Calls an HTTP peer on behalf of a plugin, through the gateway's own resolver and connection
 * pools.
 */
public interface UpstreamCaller {
  /**
   * Sends one request and collects the answer. Never blocks; cancelling the future closes the
   * connection. A host that is the name of an upstream means its targets: they are balanced, and
   * how they answer counts for their health.
   *
   * @return fails with an {@link java.io.IOException} when the peer cannot be reached, breaks off,
   *     is too slow or answers more than {@code call.bodyLimit()}
   */
  CompletableFuture<Answer> call(Call call);

  /**
   * A request of a plugin.
   *
   * @param uri absolute, http or https; path and query go out as they stand
   * @param headers without Host, Content-Length and hop-by-hop lines
   * @param timeout for the whole call
   * @param bodyLimit octets of the answer that are accepted
   * @param verifyTls whether the peer's certificate must be trusted and fit its name
   */
  record Call(
      String method,
      URI uri,
      Headers headers,
      byte[] body,
      Duration timeout,
      int bodyLimit,
      boolean verifyTls) {}

  /** The whole answer. */
  record Answer(int status, Headers headers, byte[] body) {}
}
