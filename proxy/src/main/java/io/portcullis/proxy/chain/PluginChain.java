package io.portcullis.proxy.chain;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The plugins of a route in run order, with all that can be decided before a request comes. */
public final class PluginChain {
  final Slot[] slots;

  /** What every exchange without a consumer chooses, place by place. */
  final @Nullable ConfiguredPlugin[] fixed;

  final Executor virtualThreads;

  /** Counts exchanges that have not chosen all yet; null when no handler's use is counted. */
  final @Nullable LongAdder choosing;

  final boolean byConsumer;
  private final boolean rewrite;
  private final boolean translatesGrpc;
  private final int requestBodyLimit;

  /** Who is asked about each request's body, with what they take; in no order. */
  private final BodyReader[] bodyReaders;

  private final int responseBodyLimit;

  PluginChain(List<Slot> candidates, Executor virtualThreads, LongAdder choosing) {
    List<Slot> used = new ArrayList<>(candidates.size());
    for (Slot slot : candidates) {
      if (slot.fixed() != null || slot.byConsumer()) {
        used.add(slot);
      }
    }
    this.slots = used.toArray(Slot[]::new);
    this.fixed = new @Nullable ConfiguredPlugin[slots.length];
    this.virtualThreads = virtualThreads;
    boolean anyByConsumer = false;
    boolean anyRewrite = false;
    boolean anyCounted = false;
    boolean anyTranslating = false;
    List<BodyReader> readers = new ArrayList<>();
    int mostRequest = 0;
    int mostResponse = 0;
    for (int i = 0; i < slots.length; i++) {
      ConfiguredPlugin plugin = slots[i].fixed();
      fixed[i] = plugin;
      anyByConsumer |= slots[i].byConsumer();
      anyRewrite |= plugin != null && plugin.hasRewrite();
      anyCounted |= slots[i].byConsumer() || plugin != null && plugin.countsUses();
      anyTranslating |= plugin != null && plugin.handler().translatesGrpc();
      PluginTraits traits = slots[i].plugin().traits;
      // A consumer's configuration is chosen after the body began, so it cannot look at the head.
      boolean byConsumer = slots[i].byConsumer() && slots[i].plugin().readsBodiesOfConsumers();
      if (traits.requestBodyLimit() > 0
          && (byConsumer || plugin != null && plugin.handler().wantsRequestBody())) {
        mostRequest = Math.max(mostRequest, traits.requestBodyLimit());
        readers.add(new BodyReader(byConsumer ? null : plugin, traits.requestBodyLimit()));
      }
      mostResponse = Math.max(mostResponse, traits.responseBodyLimit());
    }
    this.byConsumer = anyByConsumer;
    this.rewrite = anyRewrite;
    this.translatesGrpc = anyTranslating;
    this.choosing = anyCounted ? choosing : null;
    this.requestBodyLimit = mostRequest;
    this.bodyReaders = readers.toArray(BodyReader[]::new);
    this.responseBodyLimit = mostResponse;
  }

  /** Whether there is nothing to run in any phase. */
  public boolean isEmpty() {
    return slots.length == 0;
  }

  /** Whether {@link PluginRun#rewrite} would call anybody. */
  public boolean hasRewrite() {
    return rewrite;
  }

  /** Whether a plugin lets others than gRPC clients use a route for gRPC. */
  public boolean translatesGrpc() {
    return translatesGrpc;
  }

  /** Whether a plugin wants bodies of requests whole before {@code access}. */
  public boolean needsRequestBody() {
    return requestBodyLimit > 0;
  }

  /** Octets of request bodies to collect at most; 0 when nobody wants any. */
  public int requestBodyLimit() {
    return requestBodyLimit;
  }

  /** Octets of this request's body to collect at most; 0 when nobody wants it. */
  public int requestBodyLimit(Request request) {
    int most = 0;
    for (BodyReader reader : bodyReaders) {
      if (reader.limit > most
          && (reader.plugin == null || reader.plugin.handler().wantsRequestBody(request))) {
        most = reader.limit;
      }
    }
    return most;
  }

  /** Whether a plugin wants the answer's body whole before {@code header_filter}. */
  public boolean needsResponseBody() {
    return responseBodyLimit > 0;
  }

  /** Octets of the answer's body to collect at most; 0 when nobody wants it. */
  public int responseBodyLimit() {
    return responseBodyLimit;
  }

  /**
   * Begins an exchange. Allocates nothing when the chain is empty. The caller ends the run with
   * {@link PluginRun#log} or {@link PluginRun#close}.
   */
  public PluginRun start(Exchange exchange) {
    return slots.length == 0 ? PluginRun.NOTHING : new PluginRun(this, exchange);
  }

  /** The configurations that run when nobody is authenticated, in order; what explains a route. */
  public List<ConfiguredPlugin> plugins() {
    List<ConfiguredPlugin> plugins = new ArrayList<>(fixed.length);
    for (ConfiguredPlugin plugin : fixed) {
      if (plugin != null) {
        plugins.add(plugin);
      }
    }
    return plugins;
  }

  /** Names of plugins whose configuration may depend on the consumer, in order. */
  public List<String> consumerPlugins() {
    List<String> names = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.byConsumer()) {
        names.add(slot.plugin().name);
      }
    }
    return names;
  }

  /**
   * @param plugin null when a consumer decides which configuration it is
   * @param limit octets
   */
  private record BodyReader(@Nullable ConfiguredPlugin plugin, int limit) {}

  /**
   * One plugin's place.
   *
   * @param fixed the configuration when nobody is authenticated; null if there is none
   * @param byConsumer whether a consumer may have one of its own
   */
  record Slot(ScopedPlugin plugin, @Nullable ConfiguredPlugin fixed, boolean byConsumer) {}
}
