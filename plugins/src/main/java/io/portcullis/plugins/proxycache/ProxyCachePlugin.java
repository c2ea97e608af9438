package io.portcullis.plugins.proxycache;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.INTEGER;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.SharedState;
import io.portcullis.core.schema.PluginSpec;
import java.util.List;

/** Keeps upstreams' answers in memory and gives them to later requests of the same kind. */
public final class ProxyCachePlugin implements Plugin<ProxyCacheConfig> {
  private static final PluginSpec<ProxyCacheConfig> SPEC =
      PluginSpec.of("proxy-cache", ProxyCacheConfig.class)
          .priority(100)
          .anyProtocol()
          .field(
              array("response_code", INTEGER.between(100, 900))
                  .lenMin(1)
                  .defaultsToList(200, 301, 404)
                  .required()
                  .doc("Statuses of answers that are kept."))
          .field(
              array("request_method", STRING.oneOf("HEAD", "GET", "POST", "PATCH", "PUT"))
                  .defaultsToList("GET", "HEAD")
                  .required()
                  .doc("Methods of requests that may be answered from the cache."))
          .field(
              array("content_type", STRING)
                  .defaultsToList("text/plain", "application/json")
                  .required()
                  .doc("Types of answers that are kept, with exactly these parameters."))
          .field(
              integer("cache_ttl")
                  .gt(0)
                  .defaultsTo(300)
                  .doc("Seconds that an answer is fresh, unless `cache_control` says otherwise."))
          .field(
              string("strategy")
                  .oneOf("memory")
                  .required()
                  .doc("Where answers are kept: in the memory of each node."))
          .field(
              bool("cache_control")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether `Cache-Control` and `Expires` of both sides are obeyed."))
          .field(
              bool("ignore_uri_case")
                  .defaultsTo(false)
                  .optional()
                  .doc("Whether paths that differ in case alone share an answer."))
          .field(
              integer("storage_ttl")
                  .doc("Seconds that an answer is kept; as long as it is fresh when absent."))
          .field(
              record(
                      "memory",
                      string("dictionary_name")
                          .defaultsTo(Dictionaries.DEFAULT)
                          .required()
                          .doc("Which of the node's caches."))
                  .required()
                  .doc("Settings of the memory strategy."))
          .field(
              array("vary_query_params", STRING)
                  .doc("Query arguments that tell requests apart; all of them when absent."))
          .field(
              array("vary_headers", STRING)
                  .doc("Request headers that tell requests apart as well."))
          .field(
              record(
                      "response_headers",
                      bool("age").defaultsTo(true).doc("Whether hits carry `Age`."),
                      bool("X-Cache-Status")
                          .defaultsTo(true)
                          .doc("Whether answers carry `X-Cache-Status`."),
                      bool("X-Cache-Key")
                          .defaultsTo(true)
                          .doc("Whether answers carry `X-Cache-Key`."))
                  .required()
                  .doc("What answers say about the cache."))
          .check(new Dictionaries());

  @Override
  public PluginSpec<ProxyCacheConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(ProxyCacheConfig config, PluginContext context) {
    return new ProxyCacheHandler(config, context);
  }

  @Override
  public List<AdminEndpoint> adminEndpoints(SharedState state) {
    return new CacheEndpoints(state.shared(NodeCaches.class, NodeCaches::new)).all();
  }
}
