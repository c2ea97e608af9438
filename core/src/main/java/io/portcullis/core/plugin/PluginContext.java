package io.portcullis.core.plugin;

import io.micrometer.core.instrument.MeterRegistry;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.queue.BatchQueues;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What a handler may use of the gateway around it. Everything here is thread-safe. */
public interface PluginContext extends SharedState {
  /** The stored configuration that is being started: its id, scope and protocols. */
  PluginConfig configuration();

  InstantSource clock();

  /** For short timed tasks that do not block. */
  ScheduledExecutorService scheduler();

  /** Runs each task on a virtual thread. */
  Executor virtualThreads();

  MeterRegistry meters();

  /** Node-wide counters that outlive a change of configuration. */
  CounterStore counters();

  /** Credentials and consumers of the live configuration. */
  CredentialStore credentials();

  /** Certificates of the live configuration. */
  CertificateStore certificates();

  /** Calls services and URLs through the gateway's own pools. */
  UpstreamCaller upstreams();

  /** Queues that batch, retry and are flushed at shutdown. */
  BatchQueues queues();

  NodeInformation node();

  /** What the node's settings say of traces. */
  default Tracing tracing() {
    return Tracing.USUAL;
  }

  /** Rows of the plugin's own entities; empty on nodes without a database. */
  default Optional<PluginRows> rows() {
    return Optional.empty();
  }
}
