package io.portcullis.benchmarks;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginChain;
import io.portcullis.proxy.chain.PluginRun;
import io.portcullis.proxy.chain.PluginScopes;
import io.portcullis.proxy.chain.PluginTraits;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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

/** What a chain costs beside what its plugins do, by their number. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChainBenchmark {
  private static final UUID ROUTE = new UUID(1, 1);

  /** Plugins in the chain. */
  @Param({"0", "3", "10"})
  public int plugins;

  private final Exchange exchange = new BareExchange();
  private PluginChain chain = PluginScopes.empty(Thread::startVirtualThread).chain(ROUTE, null);

  /** Builds the chain. */
  @Setup
  public void build() {
    PluginScopes scopes = PluginScopes.empty(Thread::startVirtualThread);
    for (int i = 0; i < plugins; i++) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.put("id", new UUID(2, i).toString()).put("name", "plugin" + i).put("enabled", true);
      row.putObject("route").put("id", ROUTE.toString());
      row.putObject("config");
      scopes =
          scopes.with(
              new ConfiguredPlugin(
                  PluginConfig.of(row),
                  new PluginTraits(1000 - i, false, 0, 0),
                  new PluginHandler() {},
                  EnumSet.of(Phase.ACCESS, Phase.HEADER_FILTER, Phase.LOG),
                  false));
    }
    chain = scopes.chain(ROUTE, null);
  }

  /** From the start of an exchange to the end of its header filters. */
  @Benchmark
  public Reply an_exchange() {
    PluginRun run = chain.start(exchange);
    Reply reply = run.access();
    run.headerFilter();
    run.close();
    return reply;
  }

  /** An exchange that no plugin of the benchmark looks at. */
  private static final class BareExchange implements Exchange {
    @Override
    public String id() {
      return "";
    }

    @Override
    public Request request() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Response response() {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Route route() {
      return null;
    }

    @Override
    public @Nullable Service service() {
      return null;
    }

    @Override
    public @Nullable Consumer consumer() {
      return null;
    }

    @Override
    public @Nullable Credential credential() {
      return null;
    }

    @Override
    public void authenticate(@Nullable Consumer consumer, @Nullable Credential credential) {}

    @Override
    public String clientAddress() {
      return "127.0.0.1";
    }

    @Override
    public long startedAtMillis() {
      return 0;
    }

    @Override
    public <T> @Nullable T get(ExchangeKey<T> key) {
      return null;
    }

    @Override
    public <T> void put(ExchangeKey<T> key, @Nullable T value) {}
  }
}
