package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.chain.PluginChain;
import io.portcullis.proxy.tls.ServiceTls;
import org.jspecify.annotations.Nullable;

/**
 * A route with all that can be decided before a request comes. Immutable, but for what the request
 * path attaches.
 */
public final class CompiledRoute {
  private final Route route;
  private final @Nullable Service service;
  private final @Nullable ServiceTls tls;
  private final @Nullable UpstreamBalancer upstream;
  private final PluginChain chain;
  private final UpstreamPath upstreamPath;
  private final @Nullable String hostHeader;
  private final boolean httpsOnly;
  private final boolean grpc;
  private final boolean grpcsOnly;
  private @Nullable Object attachment;

  CompiledRoute(
      Route route,
      @Nullable Service service,
      @Nullable ServiceTls tls,
      @Nullable UpstreamBalancer upstream,
      PluginChain chain) {
    this.route = route;
    this.service = service;
    this.tls = tls;
    this.upstream = upstream;
    this.chain = chain;
    this.upstreamPath =
        new UpstreamPath(service == null ? null : service.path(), route.stripPath());
    this.hostHeader =
        service == null || upstream != null || route.preserveHost()
            ? null
            : hostHeader(service.protocol(), service.host(), service.port());
    this.httpsOnly = route.protocols().contains("https") && !route.protocols().contains("http");
    this.grpcsOnly = route.protocols().contains("grpcs") && !route.protocols().contains("grpc");
    this.grpc = route.protocols().contains("grpc") || route.protocols().contains("grpcs");
  }

  public Route route() {
    return route;
  }

  /** Null for a route without a service. */
  public @Nullable Service service() {
    return service;
  }

  /** What the service's targets are shown and believed by; null for what this node does anyway. */
  public @Nullable ServiceTls tls() {
    return tls;
  }

  /** The upstream that the service's host is the name of; null when the host is the target. */
  public @Nullable UpstreamBalancer upstream() {
    return upstream;
  }

  /** What the request path keeps with the route; null at first. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /**
   * Keeps an object with the route. Threads may do so at the same time, so it must be immutable and
   * any of them as good as another.
   */
  public void attach(Object made) {
    attachment = made;
  }

  /** The plugins of this route. */
  public PluginChain chain() {
    return chain;
  }

  /**
   * {@code Host} for the upstream when the service's host is the target: the host, and the port
   * unless it is the protocol's own. Null when the client's goes through, when the target of an
   * upstream decides, or without a service.
   */
  public @Nullable String hostHeader() {
    return hostHeader;
  }

  /** {@code host}, and {@code :port} unless that is the protocol's own port. */
  public static String hostHeader(String protocol, String host, int port) {
    boolean secure = protocol.equals("https") || protocol.equals("grpcs") || protocol.equals("wss");
    return port == (secure ? 443 : 80) ? host : host + ':' + port;
  }

  /** Whether a request over clear text must be sent to https. */
  public boolean httpsOnly() {
    return httpsOnly;
  }

  /** What such a request is answered with: 426, 301, 302, 307 or 308. */
  public int httpsRedirectStatus() {
    return route.httpsRedirectStatusCode();
  }

  /** Whether the route takes gRPC requests only. */
  public boolean grpc() {
    return grpc;
  }

  /** Whether it takes them over TLS only. */
  public boolean grpcsOnly() {
    return grpcsOnly;
  }

  /**
   * Path to ask the service for.
   *
   * @param path normal path of the request
   * @param matched the part of it that the route took, {@link RouteMatch.Matched#matched}
   * @return escaped, without query; the request's own path object where nothing changes
   */
  public String upstreamPath(String path, String matched) {
    return upstreamPath.of(path, matched);
  }
}
