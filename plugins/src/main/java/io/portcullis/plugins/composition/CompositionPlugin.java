package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.UpstreamCaller.Manner;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.composition.encoding.BackendEncoding;
import io.portcullis.plugins.composition.encoding.OutputEncoding;
import io.portcullis.plugins.composition.martian.Modifier;
import io.portcullis.plugins.composition.martian.ModifierParser;
import io.portcullis.plugins.composition.shape.Flatmap;
import io.portcullis.plugins.expression.RequestChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers with the shaped and merged answers of several backends. */
public final class CompositionPlugin implements Plugin<CompositionConfig> {
  private static final PluginSpec<CompositionConfig> SPEC = CompositionFields.spec();

  @Override
  public PluginSpec<CompositionConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(CompositionConfig config, PluginContext context) {
    List<Stage> stages = new ArrayList<>();
    List<CompositionHandler.Shadow> shadows = new ArrayList<>();
    for (BackendConfig backend : config.backend()) {
      Stage stage = stage(backend, config, context);
      if (backend.shadow()) {
        shadows.add(new CompositionHandler.Shadow(stage, backend.shadowTimeout()));
      } else {
        stages.add(stage);
      }
    }
    AnswerMemory memory = context.shared(AnswerMemory.class, AnswerMemory::ofHeap);
    return new CompositionHandler(config, whole(stages, config), shadows, memory, System::nanoTime);
  }

  private static Stage whole(List<Stage> stages, CompositionConfig config) {
    Stage whole;
    if (stages.size() == 1) {
      whole = stages.getFirst();
    } else {
      whole = config.sequential() ? new Sequence(stages) : new ParallelMerge(stages);
      if (!config.flatmapFilter().isEmpty()) {
        whole = new FlattenedStage(whole, new Flatmap(config.flatmapFilter()));
      }
    }
    StaticDataConfig added = config.static_();
    return added == null || passes(config) ? whole : new StaticData(whole, added);
  }

  private static Stage stage(
      BackendConfig config, CompositionConfig endpoint, PluginContext context) {
    Stage stage =
        new Backend(
            config,
            passes(endpoint) ? BackendEncoding.NO_OP : BackendEncoding.of(config.encoding()),
            caller(config, endpoint, context),
            context.virtualThreads(),
            endpoint.maxBodySize());
    if (!config.cel().isEmpty()) {
      List<String> expressions = config.cel().stream().map(BackendConfig.Check::checkExpr).toList();
      stage = new ConditionalStage(stage, new RequestChecks(expressions, context.clock()));
    }
    CircuitBreakerConfig breaker = config.circuitBreaker();
    RateLimitConfig limit = config.rateLimit();
    if (breaker != null || limit != null) {
      stage =
          new GuardedStage(
              stage,
              breaker == null ? null : new CircuitBreaker(breaker, System::nanoTime),
              limit == null ? null : limit.bucket(System::nanoTime));
    }
    int concurrent = endpoint.concurrentCalls();
    return concurrent > 1 && !config.shadow() ? new ConcurrentCalls(stage, concurrent) : stage;
  }

  /** An answer that nobody looks into can pass as it comes. */
  private static @Nullable Manner manner(BackendConfig config, CompositionConfig endpoint) {
    boolean flows =
        passes(endpoint)
            && endpoint.concurrentCalls() == 1
            && config.httpCache() == null
            && !config.shadow();
    boolean service = config.sd().equals("dns");
    return flows || service ? new Manner(flows, service) : null;
  }

  private static boolean passes(CompositionConfig endpoint) {
    return endpoint.outputEncoding().equals(OutputEncoding.NO_OP.word());
  }

  private static Caller caller(
      BackendConfig config, CompositionConfig endpoint, PluginContext context) {
    Caller caller =
        new FollowingCaller(
            context.upstreams(),
            endpoint.maxBodySize(),
            config.verifyTls(),
            config.sendBodyOnRedirect(),
            manner(config, endpoint));
    JsonNode martian = config.martian();
    Modifier modifier =
        martian == null ? null : new ModifierParser(UUID::randomUUID).parse(martian);
    HttpCacheConfig kept = config.httpCache();
    if (kept != null) {
      HttpCache cache =
          kept.shared()
              ? context.shared(
                  HttpCache.class,
                  () -> new HttpCache(HttpCache.SHARED_SIZE, HttpCache.SHARED_ITEMS))
              : new HttpCache(kept.maxSize(), kept.maxItems());
      caller = new CachingCaller(caller, cache, context.clock(), modifier);
    }
    return modifier == null ? caller : new ModifyingCaller(caller, modifier);
  }
}
