package io.portcullis.plugins.endpoint;

import io.portcullis.core.plugin.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the parameters in the paths of requests. Immutable. */
public final class PathParameters {
  private final @Nullable PathTemplate path;

  /**
   * @param endpoint path with {@code {placeholders}}; null for the captures of the route
   */
  public PathParameters(@Nullable String endpoint) {
    this.path = endpoint == null ? null : new PathTemplate(endpoint);
  }

  /**
   * Values by name, as they stand in the path; those of the route's regex when the path is not the
   * endpoint's.
   */
  public Map<String, String> of(Request request) {
    Map<String, String> found = path == null ? null : path.match(request.path());
    return found == null ? request.captures() : found;
  }
}
