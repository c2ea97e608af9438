package io.portcullis.proxy.routing;

import io.portcullis.core.plugin.Headers;
import org.jspecify.annotations.Nullable;

/** What a route may ask of a request. Read by the matching thread only. */
public interface RouteQuery {
  /** As sent; compared with its case. */
  String method();

  /**
   * The {@code Host} header without port, or the target's authority; empty when there is none. Any
   * case, lower case is fastest.
   */
  String host();

  /** Port of the {@code Host} header, else the listening port. */
  int port();

  /** Normal path: what {@link PathNormaliser#normalise} answers. */
  String path();

  Headers headers();

  /** Server name of the TLS handshake; null when there was none. */
  @Nullable String sni();

  /** Whether the connection is TLS; else {@link #sni} does not count. */
  boolean secure();
}
