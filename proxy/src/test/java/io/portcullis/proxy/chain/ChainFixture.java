package io.portcullis.proxy.chain;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Configured plugins as tests say them. */
final class ChainFixture {
  private final String name;
  private final int priority;
  private @Nullable UUID route;
  private @Nullable UUID service;
  private @Nullable UUID consumer;
  private boolean blocking;
  private boolean closes;
  private EnumSet<Phase> phases = EnumSet.allOf(Phase.class);
  private int requestBodyLimit;

  private ChainFixture(String name, int priority) {
    this.name = name;
    this.priority = priority;
  }

  static ChainFixture plugin(String name, int priority) {
    return new ChainFixture(name, priority);
  }

  ChainFixture route(@Nullable UUID value) {
    route = value;
    return this;
  }

  ChainFixture service(@Nullable UUID value) {
    service = value;
    return this;
  }

  ChainFixture consumer(@Nullable UUID value) {
    consumer = value;
    return this;
  }

  ChainFixture blocking() {
    blocking = true;
    return this;
  }

  ChainFixture closes() {
    closes = true;
    return this;
  }

  ChainFixture only(Phase first, Phase... rest) {
    phases = EnumSet.of(first, rest);
    return this;
  }

  ChainFixture requestBody(int limit) {
    requestBodyLimit = limit;
    return this;
  }

  ConfiguredPlugin with(PluginHandler handler) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    PluginConfig configuration =
        new PluginConfig(
            UUID.randomUUID(),
            name,
            null,
            route,
            service,
            consumer,
            true,
            List.of("http"),
            nothing,
            nothing);
    return new ConfiguredPlugin(
        configuration,
        new PluginTraits(priority, blocking, requestBodyLimit, 0),
        handler,
        phases,
        closes);
  }

  static PluginScopes scopes(ConfiguredPlugin... plugins) {
    PluginScopes scopes = PluginScopes.empty(task -> Thread.ofVirtual().start(task));
    for (ConfiguredPlugin plugin : plugins) {
      scopes = scopes.with(plugin);
    }
    return scopes;
  }
}
