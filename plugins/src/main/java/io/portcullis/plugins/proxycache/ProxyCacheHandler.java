package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers from the cache, and fills it with what passes. */
final class ProxyCacheHandler implements PluginHandler {
  private static final ExchangeKey<Visit> VISIT = ExchangeKey.named("proxy-cache visit");
  private static final Reply NOT_CACHED =
      new Reply.Exit(
          504,
          List.of(new Reply.HeaderLine("content-type", "text/plain; charset=utf-8")),
          new byte[0]);

  /** Octets of one cache: what Kong gives its own, unless the heap is small. */
  private static final long LIMIT =
      Math.min(128L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);

  private final CacheRules rules;
  private final RequestKey keys;
  private final ProxyCacheConfig.ResponseHeaders shown;
  private final InstantSource clock;
  private final NodeCaches caches;
  private final NodeCaches.Use use;
  private final AnswerCache cache;

  ProxyCacheHandler(ProxyCacheConfig config, PluginContext context) {
    this.rules = new CacheRules(config);
    this.keys =
        new RequestKey(config.ignoreUriCase(), config.varyQueryParams(), config.varyHeaders());
    this.shown = config.responseHeaders();
    this.clock = context.clock();
    this.caches = context.shared(NodeCaches.class, NodeCaches::new);
    this.use =
        caches.use(
            context.configuration().id(),
            config.memory().dictionaryName(),
            name -> new AnswerCache(LIMIT, context.clock(), context.virtualThreads()));
    this.cache = use.cache();
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    CacheControl asked = rules.asked(request);
    if (!rules.mayAsk(request, asked)) {
      exchange.put(VISIT, new Visit(null, Visit.Status.BYPASS, null));
      return Reply.NEXT;
    }
    String key = keys.of(exchange);
    StoredAnswer stored = cache.get(key);
    if (stored != null
        && stored.fits(request.headers())
        && rules.isFresh(stored, asked, seconds())) {
      exchange.put(VISIT, new Visit(key, Visit.Status.HIT, stored));
      return stored.reply();
    }
    if (asked.onlyIfCached) {
      exchange.put(VISIT, new Visit(key, null, null));
      return NOT_CACHED;
    }
    boolean refresh = stored != null && stored.fits(request.headers());
    Visit.Status status = refresh ? Visit.Status.REFRESH : Visit.Status.MISS;
    exchange.put(VISIT, new Visit(key, status, null));
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Visit visit = exchange.get(VISIT);
    if (visit == null) {
      return;
    }
    if (visit.status == Visit.Status.MISS || visit.status == Visit.Status.REFRESH) {
      prepare(visit, exchange);
    }
    Headers headers = exchange.response().headers();
    boolean all = exchange.request().headers().contains("kong-debug");
    String key = visit.key;
    Visit.Status status = visit.status;
    if (key != null && (all || shown.xCacheKey())) {
      headers.set("x-cache-key", key);
    }
    if (status != null && (all || shown.xCacheStatus())) {
      headers.set("x-cache-status", status.word());
    }
    StoredAnswer stored = visit.stored;
    if (stored != null && (all || shown.age())) {
      headers.set("age", Long.toString(Math.max(0, seconds() - stored.storedAt())));
    }
  }

  @Override
  public @Nullable BodyFilter bodyFilter(Exchange exchange) {
    Visit visit = exchange.get(VISIT);
    return visit == null ? null : visit.recorder;
  }

  @Override
  public void log(ExchangeLog log) {
    Visit visit = log.exchange().get(VISIT);
    AnswerRecorder recorder = visit == null ? null : visit.recorder;
    if (recorder != null) {
      recorder.abandon();
    }
  }

  @Override
  public void close() {
    caches.release(use);
  }

  /**
   * Decides about an answer that comes from the upstream; the answer to HEAD has no body to keep.
   */
  private void prepare(Visit visit, Exchange exchange) {
    long now = seconds();
    String key = visit.key;
    long freshFor = rules.freshFor(exchange.response(), now);
    if (freshFor <= 0 || key == null) {
      visit.status = Visit.Status.BYPASS;
    } else if (!exchange.request().method().equals("HEAD") && cache.begin(key)) {
      visit.recorder =
          new AnswerRecorder(
              cache,
              key,
              exchange.response(),
              CacheRules.varying(exchange.response().headers(), exchange.request().headers()),
              now,
              freshFor,
              rules.keptFor(freshFor));
    }
  }

  private long seconds() {
    return clock.millis() / 1000;
  }
}
