package io.portcullis.core.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request as the client sent it; what is set here goes to the upstream. Belongs to its
 * exchange: only the thread that runs a phase may use it.
 */
public interface Request {
  /** Upper-case method. */
  String method();

  void setMethod(String method);

  /** {@code http} or {@code https}, by the connection and not by a forwarded header. */
  String scheme();

  /** {@code 1.1}, {@code 1.0} or {@code 2}. */
  String httpVersion();

  /** Host without port, as sent; empty when there is none. */
  String host();

  /** Port of the {@code Host} header, else the listening port. */
  int port();

  /**
   * The scheme that {@code X-Forwarded-Proto} tells when the peer is trusted, else {@link #scheme}.
   */
  String forwardedScheme();

  /** Path after normalisation (Kong's rules), without query. */
  String path();

  /** Path and query exactly as on the request line. */
  String rawTarget();

  /** Path as on the request line, without query. */
  String rawPath();

  /** Query without {@code ?}, as received; null when the target has no {@code ?}. */
  @Nullable String rawQuery();

  /** Sets the query that goes upstream; null sends none. */
  void setRawQuery(@Nullable String query);

  /**
   * Decoded values of one query argument, in order; a bare name without {@code =} is not in here.
   */
  List<String> queryValues(String name);

  /** Whether the argument is there without a {@code =}. */
  boolean hasBareQueryArgument(String name);

  /** Sets the path that goes upstream, already escaped; null (default) lets the route decide. */
  void setUpstreamPath(@Nullable String path);

  /**
   * Sets the {@code Host} that goes upstream, with a port or without; by default route and service
   * decide.
   *
   * @throws IllegalArgumentException for what no host is written as
   */
  default void setUpstreamHost(String host) {
    throw new UnsupportedOperationException("this request's host cannot be set");
  }

  /** Header lines; changing them changes what the upstream gets. */
  Headers headers();

  /** Captures of the route's regex, named and numbered from 1; empty when there are none. */
  java.util.Map<String, String> captures();

  /**
   * The whole body when a plugin of this route's chain asked for it ({@code
   * PluginSpec.buffersRequestBody}), else null. The array is not a copy.
   */
  byte @Nullable [] body();

  /** Replaces a buffered body; {@code Content-Length} follows. */
  void setBody(byte[] body);

  /**
   * Puts a filter before the rest of the body, which streams through it to the upstream; one filter
   * at most, set in {@code access}. What it throws is answered with 400.
   */
  default void filterBody(BodyFilter filter) {
    throw new UnsupportedOperationException("this request's body cannot be filtered");
  }

  /**
   * Bounds a body that still streams: once more octets have come, the upstream is let go and the
   * client is refused, or cut off if its answer has begun. Set in {@code access}; the last one
   * counts. What {@link #body} shows is complete already and not looked at.
   *
   * @param octets 0 or more
   */
  default void limitBody(long octets, Reply.Refusal refusal) {
    throw new UnsupportedOperationException("this request's body cannot be bounded");
  }

  /** Octets that {@code Content-Length} announces; negative when it does not. */
  default long contentLength() {
    throw new UnsupportedOperationException("the length of this request's body is not known");
  }

  /** Port of the listener that took the connection. */
  int listenerPort();

  /** What is known of the connection that the request came over. */
  default Connection connection() {
    throw new UnsupportedOperationException("this request's connection is not known");
  }
}
