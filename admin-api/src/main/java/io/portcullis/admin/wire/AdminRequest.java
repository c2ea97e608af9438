package io.portcullis.admin.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of the Admin API, read in full.
 *
 * @param path as it came, without the query and without a final slash
 * @param parameters decoded values of the path's variable segments, in order
 * @param body {@link RequestBody.Empty} for methods that ignore bodies
 * @param ifMatch value of {@code If-Match}; null when absent
 */
public record AdminRequest(
    String method,
    String path,
    List<String> parameters,
    Arguments query,
    RequestBody body,
    @Nullable String ifMatch) {

  public AdminRequest {
    parameters = List.copyOf(parameters);
  }

  /** A call without conditions. */
  public AdminRequest(
      String method, String path, List<String> parameters, Arguments query, RequestBody body) {
    this(method, path, parameters, query, body, null);
  }

  /** The value of the n-th variable segment, from 0. */
  public String parameter(int index) {
    return parameters.get(index);
  }
}
