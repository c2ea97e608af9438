package io.portcullis.plugins.stats;

import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;

/** Shows counters of requests at {@code /__stats} and pushes them to InfluxDB. */
public final class StatsPlugin implements Plugin<StatsConfig> {
  private static final PluginSpec<StatsConfig> SPEC =
      PluginSpec.of("stats", StatsConfig.class)
          .priority(15)
          .anyProtocol()
          .field(
              string("listen_address")
                  .match("^[^:]*:%d+$")
                  .err("must be host:port or :port")
                  .doc("Address that answers `/__stats`; none when absent."))
          .field(
              number("collection_time")
                  .between(0.01, 86_400)
                  .defaultsTo(60)
                  .required()
                  .doc("Seconds between two snapshots."))
          .field(map("names", STRING, STRING).doc("What routes are called, by their names."))
          .field(
              record(
                      "influx",
                      field("address", Types.URL).required().doc("URL of the server."),
                      number("ttl")
                          .between(0.01, 86_400)
                          .defaultsTo(60)
                          .required()
                          .doc("Seconds between two pushes."),
                      string("db").defaultsTo("krakend").required().doc("Name of the database."),
                      string("username").doc("Who pushes."),
                      string("password").encrypted().referenceable().doc("Their password."))
                  .doc("InfluxDB 1 server that snapshots are pushed to."));

  @Override
  public PluginSpec<StatsConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(StatsConfig config, PluginContext context) {
    return new StatsHandler(config, context);
  }
}
