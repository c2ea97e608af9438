package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import io.portcullis.plugins.expression.RequestFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What expressions of a backend see of a request: no more than backends may be given.
 *
 * @param request what was let in
 */
record ForwardedFacts(ClientRequest request) implements RequestFacts {
  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public Map<String, String> parameters() {
    return request.parameters();
  }

  @Override
  public Headers headers() {
    return request.headers();
  }

  @Override
  public Map<String, List<String>> arguments() {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    for (ClientRequest.Argument argument : request.query()) {
      arguments.computeIfAbsent(argument.name(), _ -> new ArrayList<>(1)).add(argument.value());
    }
    return arguments;
  }

  @Override
  public @Nullable JsonNode claims() {
    return request.claims();
  }
}
