package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.plugin.AdminEndpoint;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Endpoints that plugins bring, in the shape of our own. */
final class PluginPages {
  private PluginPages() {}

  static Endpoint endpoint(AdminEndpoint brought) {
    Map<String, AdminPage> pages = new HashMap<>();
    brought.actions().forEach((method, action) -> pages.put(method, page(action)));
    return new Endpoint(brought.path(), pages);
  }

  private static AdminPage page(AdminEndpoint.Action action) {
    return request -> {
      AdminEndpoint.Answer answer = action.answer(call(request));
      JsonNode body = answer.body();
      return body == null
          ? new AdminResponse(answer.status(), Map.of(), new AdminResponse.NoBody())
          : AdminResponse.json(answer.status(), body);
    };
  }

  private static AdminEndpoint.Call call(AdminRequest request) {
    JsonNode body = request.body() instanceof RequestBody.Json json ? json.object() : null;
    return new AdminEndpoint.Call(request.parameters(), body);
  }
}
