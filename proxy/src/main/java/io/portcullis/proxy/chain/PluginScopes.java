package io.portcullis.proxy.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * All live plugin configurations, and the chains that follow from them. Immutable; a change makes a
 * new one that shares all but the changed plugin's scopes. Safe to read from any thread.
 */
public final class PluginScopes {
  private final Executor virtualThreads;

  /** In run order. */
  private final List<ScopedPlugin> plugins;

  private final PluginChain global;
  private final LongAdder choosing = new LongAdder();
  private final PluginChain unscoped;

  /** Chains of routes without configurations of their own, by service. */
  private final ConcurrentMap<UUID, PluginChain> byService = new ConcurrentHashMap<>();

  private PluginScopes(Executor virtualThreads, List<ScopedPlugin> plugins) {
    this.virtualThreads = virtualThreads;
    this.plugins = plugins;
    this.global = compile(plugins.stream().map(PluginScopes::globalSlot).toList());
    this.unscoped = compile(slots(null, null));
  }

  /**
   * No plugin at all.
   *
   * @param virtualThreads runs handlers that may block
   */
  public static PluginScopes empty(Executor virtualThreads) {
    return new PluginScopes(virtualThreads, List.of());
  }

  public PluginScopes with(ConfiguredPlugin added) {
    List<ScopedPlugin> changed = new ArrayList<>(plugins.size() + 1);
    ScopedPlugin own = ScopedPlugin.none(added.name(), added.traits());
    for (ScopedPlugin plugin : plugins) {
      if (plugin.name.equals(added.name())) {
        own = plugin;
      } else {
        changed.add(plugin);
      }
    }
    changed.add(own.with(added));
    changed.sort(ScopedPlugin.RUN_ORDER);
    return new PluginScopes(virtualThreads, List.copyOf(changed));
  }

  public PluginScopes without(ConfiguredPlugin gone) {
    List<ScopedPlugin> changed = new ArrayList<>(plugins.size());
    for (ScopedPlugin plugin : plugins) {
      ScopedPlugin rest = plugin.name.equals(gone.name()) ? plugin.without(gone) : plugin;
      if (!rest.isEmpty()) {
        changed.add(rest);
      }
    }
    return new PluginScopes(virtualThreads, List.copyOf(changed));
  }

  /** Global configurations only: for {@code rewrite}, and for requests that no route takes. */
  public PluginChain global() {
    return global;
  }

  /**
   * The chain of a route. Routes without configurations of their own share one.
   *
   * @param service null for a route without a service
   */
  public PluginChain chain(UUID route, @Nullable UUID service) {
    List<PluginChain.Slot> slots = slots(route, service);
    boolean ofRoute = false;
    boolean ofService = false;
    for (PluginChain.Slot slot : slots) {
      ConfiguredPlugin fixed = slot.fixed();
      if (fixed != null) {
        ofRoute |= fixed.configuration().routeId() != null;
        ofService |= fixed.configuration().serviceId() != null;
      }
    }
    if (ofRoute) {
      return compile(slots);
    }
    if (ofService && service != null) {
      return byService.computeIfAbsent(service, id -> compile(slots));
    }
    return unscoped;
  }

  /**
   * Whether an exchange with a chain of these scopes may still choose a configuration. Meaningful
   * once no new exchange can get hold of them.
   */
  public boolean choosing() {
    return choosing.sum() > 0;
  }

  private PluginChain compile(List<PluginChain.Slot> slots) {
    return new PluginChain(slots, virtualThreads, choosing);
  }

  private List<PluginChain.Slot> slots(@Nullable UUID route, @Nullable UUID service) {
    List<PluginChain.Slot> slots = new ArrayList<>(plugins.size());
    for (ScopedPlugin plugin : plugins) {
      ConfiguredPlugin fixed = plugin.choose(route, service);
      if (fixed != null || plugin.hasConsumers()) {
        slots.add(new PluginChain.Slot(plugin, fixed, plugin.hasConsumers()));
      }
    }
    return slots;
  }

  private static PluginChain.Slot globalSlot(ScopedPlugin plugin) {
    return new PluginChain.Slot(plugin, plugin.global(), false);
  }
}
