package io.portcullis.proxy.chain;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.Reply;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange's way through a chain. Belongs to the exchange: one thread at a time, the I/O thread
 * except where a plugin blocks.
 *
 * <p>The order of calls: {@link #rewrite} (on the global chain) or {@link #access}, {@link #resume}
 * after each {@link Reply.Later}, then {@link #headerFilter}, {@link #bodyFilters} and at the end
 * {@link #log} or {@link #close}.
 */
public final class PluginRun {
  private static final System.Logger LOG = System.getLogger(PluginRun.class.getName());
  private static final Reply.Refusal BROKEN =
      new Reply.Refusal(500, "An unexpected error occurred", List.of());

  /** Of an empty chain. */
  static final PluginRun NOTHING = new PluginRun();

  private final @Nullable PluginChain chain;
  private final @Nullable Exchange exchange;

  /** The chosen configurations up to {@code next}; the chain's own array when nothing can vary. */
  private final @Nullable ConfiguredPlugin[] chosen;

  private final boolean counted;
  private Phase phase = Phase.ACCESS;
  private int next;
  private int collected;
  private boolean failed;
  private boolean closed;

  /** What gives up the reply that a virtual thread waits for. */
  private volatile @Nullable Runnable awaitedAbandon;

  private PluginRun() {
    chain = null;
    exchange = null;
    chosen = new @Nullable ConfiguredPlugin[0];
    counted = false;
  }

  PluginRun(PluginChain chain, Exchange exchange) {
    this.chain = chain;
    this.exchange = exchange;
    this.chosen =
        chain.byConsumer ? new @Nullable ConfiguredPlugin[chain.slots.length] : chain.fixed;
    this.counted = chain.choosing != null;
    if (chain.choosing != null) {
      chain.choosing.increment();
    }
  }

  /**
   * Runs {@code rewrite}; for the global chain.
   *
   * @return {@link Reply.Next}, {@link Reply.Exit}, {@link Reply.Flow}, {@link Reply.Refusal}, or
   *     {@link Reply.Later} whose value must come back through {@link #resume}
   */
  public Reply rewrite() {
    phase = Phase.REWRITE;
    next = 0;
    return advance(false);
  }

  /**
   * Chooses each plugin's configuration as its turn comes and runs {@code access}.
   *
   * @return as {@link #rewrite}
   */
  public Reply access() {
    phase = Phase.ACCESS;
    next = 0;
    return advance(false);
  }

  /**
   * Goes on after a {@link Reply.Later}, on the exchange's I/O thread.
   *
   * @param reply what the stage was completed with
   * @return as {@link #rewrite}
   */
  public Reply resume(Reply reply) {
    return goesOn(reply) ? advance(false) : reply;
  }

  /** Goes on after the stage of a {@link Reply.Later} failed: the exchange ends with a 500. */
  public Reply resume(Throwable failure) {
    return broken(next > 0 ? chosen[next - 1] : null, failure);
  }

  /**
   * Whether the reply stands for an exception rather than a plugin's wish; the answer's source is
   * then {@code ERROR}.
   */
  public boolean failed() {
    return failed;
  }

  /**
   * Chooses the configurations of all plugins whose turn did not come. Needed only when {@code
   * access} does not run although a route matched; after a reply that ends the exchange it has
   * happened.
   */
  public void collect() {
    int last = chosen.length;
    while (collected < last) {
      choose(collected);
    }
  }

  /**
   * Runs {@code header_filter} of every chosen configuration.
   *
   * @return false when one threw: the answer becomes a 500 if nothing has been sent
   */
  public boolean headerFilter() {
    collect();
    boolean intact = true;
    for (ConfiguredPlugin plugin : chosen) {
      if (plugin != null && plugin.hasHeaderFilter() && exchange != null) {
        try {
          plugin.handler().headerFilter(exchange);
        } catch (Throwable thrown) {
          failed = true;
          intact = false;
          report(plugin, Phase.HEADER_FILTER, thrown);
        }
      }
    }
    return intact;
  }

  /** The filters of this answer's body, in order; empty when it passes untouched. */
  public List<BodyFilter> bodyFilters() {
    List<BodyFilter> filters = List.of();
    for (ConfiguredPlugin plugin : chosen) {
      if (plugin != null && plugin.hasBodyFilter() && exchange != null) {
        try {
          BodyFilter filter = plugin.handler().bodyFilter(exchange);
          if (filter != null) {
            if (filters.isEmpty()) {
              filters = new ArrayList<>(2);
            }
            filters.add(filter);
          }
        } catch (Throwable thrown) {
          report(plugin, Phase.BODY_FILTER, thrown);
        }
      }
    }
    return filters;
  }

  /** Whether {@link #log} would call anybody; if not, {@link #close} is enough. */
  public boolean hasLog() {
    collect();
    for (ConfiguredPlugin plugin : chosen) {
      if (plugin != null && plugin.hasLog()) {
        return true;
      }
    }
    return false;
  }

  /** Runs {@code log} of every chosen configuration and closes the run. */
  public void log(ExchangeLog log) {
    collect();
    for (ConfiguredPlugin plugin : chosen) {
      if (plugin != null && plugin.hasLog()) {
        try {
          plugin.handler().log(log);
        } catch (Throwable thrown) {
          report(plugin, Phase.LOG, thrown);
        }
      }
    }
    close();
  }

  /** Lets go of the handlers, so that those of replaced configurations can be closed. */
  public void close() {
    if (closed || !counted) {
      return;
    }
    closed = true;
    for (int i = 0; i < collected; i++) {
      ConfiguredPlugin plugin = chosen[i];
      if (plugin != null) {
        plugin.release();
      }
    }
    if (collected < chosen.length) {
      chosenAll();
    }
  }

  private Reply advance(boolean mayBlock) {
    while (next < chosen.length) {
      int at = next++;
      ConfiguredPlugin plugin = at < collected ? chosen[at] : choose(at);
      if (plugin == null || !(phase == Phase.ACCESS ? plugin.hasAccess() : plugin.hasRewrite())) {
        continue;
      }
      if (plugin.traits().blocking() && !mayBlock) {
        return hop(plugin);
      }
      Reply reply = call(plugin);
      if (reply instanceof Reply.Later later) {
        if (!mayBlock) {
          return later;
        }
        reply = await(plugin, later);
      }
      if (!goesOn(reply)) {
        return reply;
      }
    }
    return Reply.NEXT;
  }

  /** Runs this plugin and all behind it on a virtual thread: one hop, however many may block. */
  private Reply hop(ConfiguredPlugin plugin) {
    CompletableFuture<Reply> done = new CompletableFuture<>();
    try {
      runOnVirtualThread(
          () -> {
            try {
              Reply reply = call(plugin);
              if (reply instanceof Reply.Later later) {
                reply = await(plugin, later);
              }
              done.complete(goesOn(reply) ? advance(true) : reply);
            } catch (Throwable thrown) {
              done.completeExceptionally(thrown);
            }
          });
    } catch (RejectedExecutionException rejected) {
      return broken(plugin, rejected);
    }
    return new Reply.Later(done, this::abandonAwaited);
  }

  private void abandonAwaited() {
    Runnable abandon = awaitedAbandon;
    if (abandon != null) {
      abandon.run();
    }
  }

  private void runOnVirtualThread(Runnable task) {
    if (chain != null) {
      chain.virtualThreads.execute(task);
    }
  }

  private Reply await(ConfiguredPlugin plugin, Reply.Later later) {
    Reply reply = later;
    try {
      while (reply instanceof Reply.Later again) {
        awaitedAbandon = again.abandon();
        reply = again.reply().toCompletableFuture().join();
        awaitedAbandon = null;
      }
      return reply;
    } catch (CompletionException failure) {
      Throwable cause = failure.getCause();
      return broken(plugin, cause == null ? failure : cause);
    } catch (RuntimeException failure) {
      return broken(plugin, failure);
    }
  }

  private Reply call(ConfiguredPlugin plugin) {
    if (exchange == null) {
      return Reply.NEXT;
    }
    try {
      Reply reply =
          phase == Phase.ACCESS
              ? plugin.handler().access(exchange)
              : plugin.handler().rewrite(exchange);
      return Objects.requireNonNull(reply, "a handler answered null");
    } catch (Throwable thrown) {
      return broken(plugin, thrown);
    }
  }

  /** Whether the next plugin's turn comes; if the exchange ends here, the rest is chosen. */
  private boolean goesOn(Reply reply) {
    return switch (reply) {
      case Reply.Next _ -> true;
      case Reply.Later _ -> false;
      case Reply.Exit _, Reply.Refusal _, Reply.Flow _ -> {
        collect();
        next = chosen.length;
        yield false;
      }
    };
  }

  private Reply broken(@Nullable ConfiguredPlugin plugin, Throwable thrown) {
    failed = true;
    report(plugin, phase, thrown);
    collect();
    next = chosen.length;
    return BROKEN;
  }

  private @Nullable ConfiguredPlugin choose(int at) {
    if (chain == null) {
      return null;
    }
    ConfiguredPlugin plugin = chain.byConsumer ? scoped(chain.slots[at]) : chosen[at];
    if (chain.byConsumer) {
      chosen[at] = plugin;
    }
    collected = at + 1;
    if (counted) {
      if (plugin != null) {
        plugin.acquire();
      }
      if (collected == chosen.length) {
        chosenAll();
      }
    }
    return plugin;
  }

  private @Nullable ConfiguredPlugin scoped(PluginChain.Slot slot) {
    Consumer consumer = slot.byConsumer() && exchange != null ? exchange.consumer() : null;
    if (consumer == null || exchange == null) {
      return slot.fixed();
    }
    Route route = exchange.route();
    Service service = exchange.service();
    return slot.plugin()
        .choose(
            route == null ? null : route.id(),
            service == null ? null : service.id(),
            consumer.id(),
            slot.fixed());
  }

  private void chosenAll() {
    if (chain != null && chain.choosing != null) {
      chain.choosing.decrement();
    }
  }

  private void report(@Nullable ConfiguredPlugin plugin, Phase where, Throwable thrown) {
    String who =
        plugin == null ? "a plugin" : plugin.name() + " (" + plugin.configuration().id() + ")";
    String request = exchange == null ? "" : " for request " + exchange.id();
    LOG.log(Level.ERROR, who + " failed in " + where + request, thrown);
  }
}
