package io.portcullis.core.plugin;

import org.jspecify.annotations.Nullable;

/** The answer that is about to be sent; readable from {@code header_filter} on. */
public interface Response {
  int status();

  void setStatus(int status);

  /** Header lines that the client will get. */
  Headers headers();

  /** Whether the gateway made the answer (a plugin's exit, an error page) or the upstream did. */
  Source source();

  /**
   * The whole body when a plugin of this chain asked for it ({@code
   * PluginSpec.buffersResponseBody}), else null.
   */
  byte @Nullable [] body();

  /** Replaces the body from {@code header_filter}; what the upstream still sends is dropped. */
  void setBody(byte[] body);

  /**
   * The upstream's trailers, once a body filter hears of the end; null when there are none. What is
   * taken out of them does not reach the client.
   */
  default @Nullable Headers trailers() {
    return null;
  }

  /** Who made an answer; Kong's {@code source}. */
  enum Source {
    UPSTREAM,
    /** A plugin's exit. */
    EXIT,
    /** The gateway's own error. */
    ERROR
  }
}
