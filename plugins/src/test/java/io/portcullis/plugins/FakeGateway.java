package io.portcullis.plugins;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portcullis.core.counter.LocalCounters;
import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.CertificateStore;
import io.portcullis.core.plugin.CounterStore;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.queue.BatchQueues;
import io.portcullis.core.queue.InMemoryBatchQueues;
import io.portcullis.core.tls.CertifiedKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What surrounds a handler: a clock that the test turns, real counters and queues, credentials in a
 * map, and an upstream that remembers what it was sent.
 */
public final class FakeGateway implements PluginContext, CredentialStore, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public final AtomicLong now =
      new AtomicLong(Instant.parse("2024-05-15T10:20:30Z").toEpochMilli());
  public final CopyOnWriteArrayList<UpstreamCaller.Call> calls = new CopyOnWriteArrayList<>();
  public final AtomicInteger answerStatus = new AtomicInteger(200);

  /** Answers calls if it is there; without it they are answered with {@link #answerStatus}. */
  public final AtomicReference<@Nullable UpstreamCaller> upstream = new AtomicReference<>();

  /** What the settings say of traces. */
  public final AtomicReference<Tracing> tracing = new AtomicReference<>(Tracing.USUAL);

  /** What handlers write to; without it the node has no database. */
  public final AtomicReference<@Nullable PluginRows> rows = new AtomicReference<>();

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final LocalCounters counters = new LocalCounters(clock(), scheduler, 100_000);
  private final InMemoryBatchQueues queues =
      new InMemoryBatchQueues(
          scheduler, virtualThreads, InstantSource.system(), Duration.ofSeconds(5));
  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();
  private final Map<String, Credential> credentials = new ConcurrentHashMap<>();
  private final Map<String, List<Credential>> grouped = new ConcurrentHashMap<>();
  private final Map<UUID, Consumer> consumers = new ConcurrentHashMap<>();
  private final NodeInformation node =
      new NodeInformation(
          UUID.fromString("00000000-0000-4000-8000-00000000000a"),
          "node.test",
          42,
          UUID.fromString("00000000-0000-4000-8000-00000000000b"),
          "kong/3.9.1");
  private final Map<UUID, CertifiedKey> certificates = new ConcurrentHashMap<>();
  private PluginConfig configuration = configuration(null, null);

  /** JSON with single quotes. */
  public static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  public static Route route(String name) {
    return Route.of(json("{'id':'" + UUID.randomUUID() + "','name':'" + name + "'}"));
  }

  public static Service service(String name) {
    return Service.of(
        json(
            "{'id':'"
                + UUID.randomUUID()
                + "','name':'"
                + name
                + "','host':'h.test','protocol':'http','port':80}"));
  }

  /**
   * Starts a plugin as the gateway does.
   *
   * @param config members that differ from the defaults, with single quotes
   */
  public <C> PluginHandler start(Plugin<C> plugin, String config) {
    ObjectNode whole = plugin.spec().defaults();
    merge(whole, json(config));
    return plugin.start(plugin.spec().decode(whole), this);
  }

  /** The scope of configurations started from now on. */
  public FakeGateway scope(@Nullable UUID routeId, @Nullable UUID serviceId) {
    configuration = configuration(routeId, serviceId);
    return this;
  }

  public Consumer consumer(String username, @Nullable String customId) {
    ObjectNode stored =
        json(
            "{'id':'"
                + UUID.nameUUIDFromBytes(username.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                + "'}");
    stored.put("username", username).put("custom_id", customId);
    Consumer consumer = Consumer.of(stored);
    consumers.put(consumer.id(), consumer);
    return consumer;
  }

  /** Stores a jwt credential, replacing one of the same key. */
  public Credential jwt(Consumer consumer, String key, String members) {
    ObjectNode stored = json("{'id':'" + UUID.randomUUID() + "','key':'" + key + "'}");
    stored.putObject("consumer").put("id", consumer.id().toString());
    merge(stored, json(members));
    return store(Credential.of("jwt_secrets", "key", stored));
  }

  /**
   * Stores a credential, replacing one of the same key.
   *
   * @param members fields besides id and consumer, with single quotes
   */
  public Credential credential(Consumer consumer, String entity, String keyField, String members) {
    ObjectNode stored = json("{'id':'" + UUID.randomUUID() + "'}");
    stored.putObject("consumer").put("id", consumer.id().toString());
    merge(stored, json(members));
    return store(Credential.of(entity, keyField, stored));
  }

  public Credential store(Credential credential) {
    credentials.put(credential.entity() + "/" + credential.key(), credential);
    return credential;
  }

  public void remove(Credential credential) {
    credentials.remove(credential.entity() + "/" + credential.key());
  }

  /** Stores what is looked up by its consumer, a membership in a group for example. */
  public Credential group(Consumer consumer, String entity, String keyField, String key) {
    ObjectNode stored = json("{'id':'" + UUID.randomUUID() + "'}");
    stored.put(keyField, key).putObject("consumer").put("id", consumer.id().toString());
    Credential credential = Credential.of(entity, keyField, stored);
    List<Credential> longer = new ArrayList<>(credentialsOf(entity, consumer.id()));
    longer.add(credential);
    grouped.put(entity + "/" + consumer.id(), List.copyOf(longer));
    return credential;
  }

  @Override
  public List<Credential> credentialsOf(String entity, UUID consumerId) {
    return grouped.getOrDefault(entity + "/" + consumerId, List.of());
  }

  public void removeConsumer(Consumer consumer) {
    consumers.remove(consumer.id());
  }

  private static void merge(ObjectNode whole, ObjectNode changes) {
    for (var member : changes.properties()) {
      if (whole.get(member.getKey()) instanceof ObjectNode inner
          && member.getValue() instanceof ObjectNode innerChanges) {
        merge(inner, innerChanges);
      } else {
        whole.set(member.getKey(), member.getValue());
      }
    }
  }

  private static PluginConfig configuration(@Nullable UUID routeId, @Nullable UUID serviceId) {
    ObjectNode empty = json("{}");
    return new PluginConfig(
        UUID.randomUUID(), "p", null, routeId, serviceId, null, true, List.of(), empty, empty);
  }

  @Override
  public @Nullable Credential credential(String entity, String key) {
    return credentials.get(entity + "/" + key);
  }

  @Override
  public @Nullable Credential credentialById(String entity, UUID id) {
    for (Credential credential : credentials.values()) {
      if (credential.entity().equals(entity) && credential.id().equals(id)) {
        return credential;
      }
    }
    return null;
  }

  @Override
  public @Nullable Consumer consumer(UUID id) {
    return consumers.get(id);
  }

  @Override
  public @Nullable Consumer consumerByIdOrUsername(String text) {
    for (Consumer consumer : consumers.values()) {
      if (consumer.id().toString().equals(text) || text.equals(consumer.username())) {
        return consumer;
      }
    }
    return null;
  }

  @Override
  public PluginConfig configuration() {
    return configuration;
  }

  @Override
  public InstantSource clock() {
    return () -> Instant.ofEpochMilli(now.get());
  }

  @Override
  public Tracing tracing() {
    return tracing.get();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public Executor virtualThreads() {
    return virtualThreads;
  }

  @Override
  public MeterRegistry meters() {
    return new SimpleMeterRegistry();
  }

  @Override
  public CounterStore counters() {
    return counters;
  }

  @Override
  public CredentialStore credentials() {
    return this;
  }

  /** Stores a certificate, replacing one of the same id. */
  public void certificate(UUID id, CertifiedKey key) {
    certificates.put(id, key);
  }

  @Override
  public CertificateStore certificates() {
    return id -> certificates.containsKey(id) ? List.of(certificates.get(id)) : List.of();
  }

  @Override
  public UpstreamCaller upstreams() {
    return call -> {
      calls.add(call);
      UpstreamCaller other = upstream.get();
      if (other != null) {
        return other.call(call);
      }
      return CompletableFuture.completedFuture(
          new UpstreamCaller.Answer(
              answerStatus.get(), new io.portcullis.core.plugin.Headers(), new byte[0]));
    };
  }

  @Override
  public BatchQueues queues() {
    return queues;
  }

  @Override
  public NodeInformation node() {
    return node;
  }

  @Override
  public Optional<PluginRows> rows() {
    return Optional.ofNullable(rows.get());
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<? extends T> first) {
    return type.cast(shared.computeIfAbsent(type, key -> first.get()));
  }

  @Override
  public void close() {
    queues.close();
    counters.close();
    scheduler.shutdownNow();
    virtualThreads.shutdownNow();
  }
}
