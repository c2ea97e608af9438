package io.portcullis.core.entity;

import org.jspecify.annotations.Nullable;

/**
 * What of a request an upstream hashes.
 *
 * @param name of the header, cookie, query argument or capture; null where the input has none
 */
public record HashKey(Input input, @Nullable String name) {
  /** Hashes nothing. */
  public static final HashKey NONE = new HashKey(Input.NONE, null);

  /** Kinds of values that can be hashed. */
  public enum Input {
    NONE,
    CONSUMER,
    IP,
    HEADER,
    COOKIE,
    PATH,
    QUERY_ARG,
    URI_CAPTURE
  }
}
