package io.portcullis.proxy.routing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answer of {@link RoutingTable#match}. */
public sealed interface RouteMatch {
  /**
   * A route takes the request.
   *
   * @param matched the part of the path that its prefix or regex took; {@code /} for a route
   *     without paths
   * @param captures of its regex, by name and by number from 1; empty for a prefix
   */
  record Matched(CompiledRoute route, String matched, Map<String, String> captures)
      implements RouteMatch {

    /** Path to ask the service for, escaped, without query. */
    public String upstreamPath(String path) {
      return route.upstreamPath(path, matched);
    }

    /**
     * Value of {@code X-Forwarded-Prefix}: the stripped part, or null when nothing was. Escaped,
     * because what a regex took may hold anything.
     */
    public @Nullable String forwardedPrefix() {
      return route.route().stripPath() && !matched.equals("/")
          ? PathNormaliser.escape(matched)
          : null;
    }
  }

  /** No route takes the request: 404. */
  record NoMatch() implements RouteMatch {
    static final NoMatch INSTANCE = new NoMatch();
  }
}
