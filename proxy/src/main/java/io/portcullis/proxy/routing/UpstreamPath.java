package io.portcullis.proxy.routing;

import org.jspecify.annotations.Nullable;

/**
 * How a route's request path becomes the path that its service is asked for: Kong's {@code
 * path_handling} v0, the only one its current router has.
 */
final class UpstreamPath {
  private final String base;
  private final boolean strip;
  private final boolean baseEndsInSlash;

  /** The base without a final slash. */
  private final String stem;

  /**
   * @param base the service's path; null is {@code /}
   * @param strip the route's {@code strip_path}
   */
  UpstreamPath(@Nullable String base, boolean strip) {
    this.base = base == null || base.isEmpty() ? "/" : base;
    this.strip = strip;
    this.baseEndsInSlash = this.base.endsWith("/");
    this.stem = baseEndsInSlash ? this.base.substring(0, this.base.length() - 1) : this.base;
  }

  /**
   * @param path normal path of the request
   * @param matched the part of it that the route took
   * @return escaped
   */
  String of(String path, String matched) {
    return PathNormaliser.escape(strip ? stripped(path, matched.length()) : kept(path));
  }

  private String kept(String path) {
    if (stem.isEmpty()) {
      return path;
    }
    return path.length() == 1 ? base : stem.concat(path);
  }

  private String stripped(String path, int matched) {
    int start = afterDots(path, matched);
    if (start < path.length()) {
      String rest = path.substring(start);
      return rest.charAt(0) == '/' ? stem.concat(rest) : stem + '/' + rest;
    }
    if (stem.isEmpty()) {
      return "/";
    }
    boolean slash = path.endsWith("/") && (baseEndsInSlash || path.length() > 1);
    return slash ? stem + '/' : stem;
  }

  /** Skips a {@code .} or {@code ..} that stripping has made the first segment. */
  private static int afterDots(String path, int start) {
    int end = start;
    while (end < path.length() && end < start + 2 && path.charAt(end) == '.') {
      end++;
    }
    if (end == start) {
      return start;
    }
    if (end == path.length()) {
      return end;
    }
    return path.charAt(end) == '/' ? end + 1 : start;
  }
}
