package io.portcullis.proxy.sync;

import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginScopes;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Handlers that no new exchange gets, waiting for the last one that has them. Belongs to the thread
 * that applies changes.
 *
 * <p>A handler is closed when no exchange that started before it was replaced can still choose it,
 * and none that chose it is under way. The grace covers an exchange that has just read the old
 * table and is not counted yet.
 */
final class RetiredHandlers {
  private static final System.Logger LOG = System.getLogger(RetiredHandlers.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Executor virtualThreads;
  private final List<Superseded> superseded = new ArrayList<>();
  private final List<Retired> retired = new ArrayList<>();

  RetiredHandlers(InstantSource clock, Executor virtualThreads) {
    this.clock = clock;
    this.virtualThreads = virtualThreads;
  }

  /** Takes what a published table has just replaced. */
  void retire(PluginScopes scopes, List<ConfiguredPlugin> plugins) {
    Instant now = clock.instant();
    superseded.add(new Superseded(scopes, now));
    for (ConfiguredPlugin plugin : plugins) {
      if (plugin.countsUses()) {
        retired.add(new Retired(plugin, now));
      }
    }
  }

  /** Closes those whose time has come; each on a virtual thread, because closing may block. */
  void closeUnused() {
    if (superseded.isEmpty() && retired.isEmpty()) {
      return;
    }
    Instant latest = clock.instant().minus(GRACE);
    superseded.removeIf(old -> !old.since.isAfter(latest) && !old.scopes.choosing());
    for (Iterator<Retired> all = retired.iterator(); all.hasNext(); ) {
      Retired old = all.next();
      boolean choosable = superseded.stream().anyMatch(scopes -> !scopes.since.isAfter(old.since));
      if (!choosable && !old.since.isAfter(latest) && !old.plugin.inUse()) {
        all.remove();
        virtualThreads.execute(() -> close(old.plugin));
      }
    }
  }

  /** Closes all, used or not. */
  void closeAll() {
    retired.forEach(old -> close(old.plugin));
    retired.clear();
    superseded.clear();
  }

  static void close(ConfiguredPlugin plugin) {
    try {
      plugin.handler().close();
    } catch (RuntimeException | LinkageError failure) {
      LOG.log(
          Level.WARNING,
          plugin.name() + " (" + plugin.configuration().id() + ") failed to close",
          failure);
    }
  }

  private record Superseded(PluginScopes scopes, Instant since) {}

  private record Retired(ConfiguredPlugin plugin, Instant since) {}
}
