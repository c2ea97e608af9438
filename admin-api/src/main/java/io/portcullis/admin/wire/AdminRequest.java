package io.portcullis.admin.wire;

import java.util.List;

/**
 * A call of the Admin API, read in full.
 *
 * @param path as it came, without the query and without a final slash
 * @param parameters decoded values of the path's variable segments, in order
 * @param body {@link RequestBody.Empty} for methods that ignore bodies
 */
public record AdminRequest(
    String method, String path, List<String> parameters, Arguments query, RequestBody body) {

  public AdminRequest {
    parameters = List.copyOf(parameters);
  }

  /** The value of the n-th variable segment, from 0. */
  public String parameter(int index) {
    return parameters.get(index);
  }
}
