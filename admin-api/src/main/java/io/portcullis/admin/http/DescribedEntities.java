package io.portcullis.admin.http;

import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.set;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.Types;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Entities that Kong describes to its clients and that no table of ours keeps. */
final class DescribedEntities {
  private DescribedEntities() {}

  static Map<String, EntitySpec> byName() {
    Map<String, EntitySpec> specs = new LinkedHashMap<>();
    for (EntitySpec spec : List.of(tags(), workspaces(), parameters(), dataPlanes())) {
      specs.put(spec.name(), spec);
    }
    return Map.copyOf(specs);
  }

  private static EntitySpec tags() {
    return EntitySpec.named("tags")
        .field(string("tag").required())
        .field(string("entity_name").required())
        .field(string("entity_id").uuid().auto().required())
        .build();
  }

  private static EntitySpec workspaces() {
    return EntitySpec.named("workspaces")
        .id()
        .field(
            string("name")
                .required()
                .unique()
                .notOneOf(
                    "workspaces",
                    "consumers",
                    "certificates",
                    "services",
                    "routes",
                    "snis",
                    "upstreams",
                    "targets",
                    "plugins",
                    "tags",
                    "ca_certificates",
                    "clustering_data_planes",
                    "parameters",
                    "vaults",
                    "key_sets",
                    "keys",
                    "filter_chains"))
        .field(string("comment"))
        .createdAt()
        .updatedAt()
        .field(record("meta").required())
        .field(record("config").required())
        .build();
  }

  private static EntitySpec parameters() {
    return EntitySpec.named("parameters")
        .createdAt()
        .field(string("key").required().unique())
        .field(string("value").required())
        .build();
  }

  private static EntitySpec dataPlanes() {
    return EntitySpec.named("clustering_data_planes")
        .field(string("id").uuid().auto().required())
        .field(integer("last_seen").timestamp().auto())
        .field(integer("updated_at").timestamp().auto())
        .field(string("ip").required())
        .field(string("config_hash").lenEq(32))
        .field(string("hostname").required())
        .field(
            string("version")
                .matchAny(
                    "invalid version number: must be in format of X.Y.Z",
                    "^%d+[%.%d]*$",
                    "^%d+[%.%d]*%-?.*$")
                .matchNone("%.%.", "must not have empty version segments"))
        .field(
            string("sync_status")
                .required()
                .oneOf(
                    "unknown",
                    "normal",
                    "kong_version_incompatible",
                    "plugin_set_incompatible",
                    "plugin_version_incompatible",
                    "filter_set_incompatible")
                .defaultsTo("unknown"))
        .field(map("labels", Types.STRING, Types.STRING))
        .field(record("cert_details", number("expiry_timestamp").timestamp().optional()).required())
        .field(set("rpc_capabilities", Types.STRING))
        .build();
  }
}
