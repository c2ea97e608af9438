package io.portcullis.app.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.CertificateStore;
import io.portcullis.core.plugin.CounterStore;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.queue.BatchQueues;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** What one configuration of a plugin gets of the node around it. */
record NodePluginContext(PluginConfig configuration, Services services) implements PluginContext {

  /** The same for all configurations of a node. */
  record Services(
      InstantSource clock,
      ScheduledExecutorService scheduler,
      Executor virtualThreads,
      MeterRegistry meters,
      CounterStore counters,
      CredentialStore credentials,
      CertificateStore certificates,
      UpstreamCaller upstreams,
      BatchQueues queues,
      NodeInformation node,
      Tracing tracing,
      SharedObjects shared,
      PluginTables tables) {}

  @Override
  public InstantSource clock() {
    return services.clock;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return services.scheduler;
  }

  @Override
  public Executor virtualThreads() {
    return services.virtualThreads;
  }

  @Override
  public MeterRegistry meters() {
    return services.meters;
  }

  @Override
  public CounterStore counters() {
    return services.counters;
  }

  @Override
  public CredentialStore credentials() {
    return services.credentials;
  }

  @Override
  public CertificateStore certificates() {
    return services.certificates;
  }

  @Override
  public UpstreamCaller upstreams() {
    return services.upstreams;
  }

  @Override
  public BatchQueues queues() {
    return services.queues;
  }

  @Override
  public NodeInformation node() {
    return services.node;
  }

  @Override
  public Tracing tracing() {
    return services.tracing;
  }

  @Override
  public Optional<PluginRows> rows() {
    return services.tables.of(configuration.name());
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<? extends T> first) {
    return services.shared.get(type, first);
  }
}
