package io.portcullis.core.plugin;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
   * @param headers without Content-Length and hop-by-hop lines; a Host stands in for the URI's
   * @param timeout for the whole call, the body of its answer included
   * @param bodyLimit octets of the answer that are accepted, unless it flows
   * @param verifyTls whether the peer's certificate must be trusted and fit its name
   * @param memory asked before a long answer is kept; the call fails if there is none
   * @param how null for the usual way
   */
  record Call(
      String method,
      URI uri,
      Headers headers,
      byte[] body,
      Duration timeout,
      int bodyLimit,
      boolean verifyTls,
      Allowance memory,
      @Nullable Manner how) {
    /** A call in the usual way. */
    public Call(
        String method,
        URI uri,
        Headers headers,
        byte[] body,
        Duration timeout,
        int bodyLimit,
        boolean verifyTls) {
      this(method, uri, headers, body, timeout, bodyLimit, verifyTls, Allowance.UNLIMITED, null);
    }
  }

  /** Heap that may be filled. Thread-safe. */
  @FunctionalInterface
  interface Allowance {
    /** For what is bounded otherwise. */
    Allowance UNLIMITED = _ -> true;

    /**
     * Takes more of it; whoever gave the allowance knows when all is over.
     *
     * @return false when there is not that much
     */
    boolean take(long octets);
  }

  /**
   * What is different about a call.
   *
   * @param flows whether a long answer may come before its body
   * @param service whether the URI's host is the name of a service whose SRV records say where it
   *     is offered (RFC 2782)
   */
  record Manner(boolean flows, boolean service) {}

  /**
   * The answer.
   *
   * @param body all of it; empty when it flows
   * @param flow the body that is on its way; null when {@code body} is it
   */
  record Answer(int status, Headers headers, byte[] body, @Nullable BodyFlow flow) {
    /** The whole answer. */
    public Answer(int status, Headers headers, byte[] body) {
      this(status, headers, body, null);
    }
  }
}
