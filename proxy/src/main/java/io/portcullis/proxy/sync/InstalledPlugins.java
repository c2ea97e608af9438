package io.portcullis.proxy.sync;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts the handlers of the plugins that this node has. */
public final class InstalledPlugins implements PluginStarter {
  private final Map<String, Plugin<?>> plugins;
  private final Function<PluginConfig, PluginContext> contexts;
  private final ClassValue<Overrides> overrides =
      new ClassValue<>() {
        @Override
        protected Overrides computeValue(Class<?> type) {
          return Overrides.of(type);
        }
      };

  /**
   * @param plugins by name
   * @param contexts makes what a plugin gets of the gateway for one configuration
   */
  public InstalledPlugins(
      Map<String, Plugin<?>> plugins, Function<PluginConfig, PluginContext> contexts) {
    this.plugins = Map.copyOf(plugins);
    this.contexts = contexts;
  }

  @Override
  public ConfiguredPlugin start(PluginConfig configuration) {
    Plugin<?> plugin = plugins.get(configuration.name());
    if (plugin == null) {
      throw new IllegalArgumentException("no plugin of that name is installed on this node");
    }
    PluginHandler handler = start(plugin, configuration);
    Overrides found = overrides.get(handler.getClass());
    return new ConfiguredPlugin(
        configuration, traits(plugin.spec()), handler, found.phases, found.close);
  }

  @Override
  public @Nullable PluginTraits traits(String name) {
    Plugin<?> plugin = plugins.get(name);
    return plugin == null ? null : traits(plugin.spec());
  }

  @Override
  public @Nullable FieldSpec config(String name) {
    Plugin<?> plugin = plugins.get(name);
    return plugin == null ? null : plugin.spec().config();
  }

  private <C> PluginHandler start(Plugin<C> plugin, PluginConfig configuration) {
    C config = plugin.spec().decode(configuration.config());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // Libraries that look for their parts through the thread find those in the plugin's folder.
    thread.setContextClassLoader(plugin.getClass().getClassLoader());
    try {
      return plugin.start(config, contexts.apply(configuration));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static PluginTraits traits(PluginSpec<?> spec) {
    return new PluginTraits(
        spec.priority(),
        spec.isBlocking(),
        spec.requestBodyLimit().orElse(0),
        spec.responseBodyLimit().orElse(0));
  }

  /** What a handler's class does itself, so that the chain can skip the rest. */
  private record Overrides(Set<Phase> phases, boolean close) {
    static Overrides of(Class<?> handler) {
      Set<Phase> phases = EnumSet.noneOf(Phase.class);
      if (overrides(handler, "rewrite", Exchange.class)) {
        phases.add(Phase.REWRITE);
      }
      if (overrides(handler, "access", Exchange.class)) {
        phases.add(Phase.ACCESS);
      }
      if (overrides(handler, "headerFilter", Exchange.class)) {
        phases.add(Phase.HEADER_FILTER);
      }
      if (overrides(handler, "bodyFilter", Exchange.class)) {
        phases.add(Phase.BODY_FILTER);
      }
      if (overrides(handler, "log", ExchangeLog.class)) {
        phases.add(Phase.LOG);
      }
      return new Overrides(phases, overrides(handler, "close"));
    }

    private static boolean overrides(Class<?> handler, String method, Class<?>... parameters) {
      try {
        return handler.getMethod(method, parameters).getDeclaringClass() != PluginHandler.class;
      } catch (NoSuchMethodException impossible) {
        throw new IllegalStateException(handler + " is no plugin handler", impossible);
      }
    }
  }
}
