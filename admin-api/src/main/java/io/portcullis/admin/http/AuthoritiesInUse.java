package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.store.PageQuery;
import io.portcullis.store.StoredPage;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Services list the authorities that they trust, which no foreign key sees: an authority in such a
 * list stays.
 */
final class AuthoritiesInUse {
  private static final int PAGE = 1000;

  private final EntitySpec services;

  AuthoritiesInUse(EntitySpecs specs) {
    this.services = specs.byName("services").orElseThrow();
  }

  /** Looks at every service, since deletions of authorities are rare. */
  void checkUnused(EntityReader reader, UUID authority) {
    PageQuery query = PageQuery.first(PAGE);
    while (true) {
      StoredPage page = reader.page(services, query);
      for (ObjectNode service : page.rows()) {
        if (trusts(service, authority.toString())) {
          ApiError error =
              ApiError.referencedByOthers(
                  "ca certificate "
                      + authority
                      + " is still referenced by services (id = "
                      + service.get("id").stringValue()
                      + ")");
          throw new Refusal(error.status(), error.toJson());
        }
      }
      if (page.next() == null) {
        return;
      }
      query = query.after(page.next());
    }
  }

  private static boolean trusts(ObjectNode service, String authority) {
    JsonNode list = service.get("ca_certificates");
    if (list == null || !list.isArray()) {
      return false;
    }
    for (JsonNode id : list) {
      if (id.stringValue().equals(authority)) {
        return true;
      }
    }
    return false;
  }
}
