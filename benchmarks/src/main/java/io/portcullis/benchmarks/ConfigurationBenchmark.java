package io.portcullis.benchmarks;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.routing.RoutingTable;
import io.portcullis.proxy.sync.ConfigurationModel;
import io.portcullis.proxy.sync.PluginStarter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** From a stored row to a table that could be published, by the number of routes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConfigurationBenchmark {
  private static final UUID SERVICE = new UUID(1, 1);
  private static final UUID PLUGIN = new UUID(2, 2);

  /** Routes, all of one service. */
  @Param({"1", "100000"})
  public int routes;

  private ConfigurationModel model = emptyModel();
  private Snapshot snapshot = new Snapshot(0, List.of());
  private long version;

  /** Builds the snapshot and loads it. */
  @Setup(Level.Trial)
  public void load() {
    List<StoredEntity> rows = new ArrayList<>(routes + 1);
    rows.add(new StoredEntity("services", SERVICE, service(80)));
    for (int i = 0; i < routes; i++) {
      Route route = Routes.numbered(i);
      route.stored().putObject("service").put("id", SERVICE.toString());
      rows.add(new StoredEntity("routes", route.id(), route.stored()));
    }
    version = 1;
    snapshot = new Snapshot(version, rows);
    model = emptyModel();
    model.load(snapshot);
  }

  /** The whole configuration at start. */
  @Benchmark
  public RoutingTable load_everything() {
    return emptyModel().load(snapshot);
  }

  /** One route among many. */
  @Benchmark
  public RoutingTable change_a_route() {
    Route route = Routes.numbered(routes / 2);
    ObjectNode row = route.stored();
    row.putObject("service").put("id", SERVICE.toString());
    return apply("routes", route.id(), row.put("updated_at", version));
  }

  /** The service of all routes. */
  @Benchmark
  public RoutingTable change_the_service() {
    return apply("services", SERVICE, service((int) (version % 60_000) + 1));
  }

  /** A plugin of all routes. */
  @Benchmark
  public RoutingTable change_a_global_plugin() {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("id", PLUGIN.toString()).put("name", "any").put("updated_at", version);
    row.putObject("config");
    return apply("plugins", PLUGIN, row);
  }

  private RoutingTable apply(String entity, UUID id, ObjectNode row) {
    version++;
    return model.apply(version, List.of(new Change(version, entity, id, row)));
  }

  private static ObjectNode service(int port) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", SERVICE.toString()).put("protocol", "http").put("host", "a").put("port", port);
    return json;
  }

  private static ConfigurationModel emptyModel() {
    return new ConfigurationModel(
        new IdleStarter(), Map.of(), Thread::startVirtualThread, InstantSource.system());
  }

  private static final class IdleStarter implements PluginStarter {
    private static final PluginTraits TRAITS = new PluginTraits(1, false, 0, 0);

    @Override
    public ConfiguredPlugin start(PluginConfig configuration) {
      return new ConfiguredPlugin(
          configuration, TRAITS, new PluginHandler() {}, EnumSet.of(Phase.LOG), false);
    }

    @Override
    public @Nullable PluginTraits traits(String plugin) {
      return TRAITS;
    }
  }
}
