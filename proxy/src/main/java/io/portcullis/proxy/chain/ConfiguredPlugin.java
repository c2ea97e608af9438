package io.portcullis.proxy.chain;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A stored configuration together with the handler that was started for it, and what the chain
 * needs to know of both. Thread-safe.
 */
public final class ConfiguredPlugin {
  private final PluginConfig configuration;
  private final PluginTraits traits;
  private final PluginHandler handler;
  private final boolean rewrite;
  private final boolean access;
  private final boolean headerFilter;
  private final boolean bodyFilter;
  private final boolean log;

  /** Exchanges that chose this and are not over; null when nothing depends on it. */
  private final @Nullable LongAdder uses;

  /**
   * @param phases what the handler's class overrides
   * @param closes whether it overrides {@link PluginHandler#close}, so that its use must be counted
   */
  public ConfiguredPlugin(
      PluginConfig configuration,
      PluginTraits traits,
      PluginHandler handler,
      Set<Phase> phases,
      boolean closes) {
    this.configuration = configuration;
    this.traits = traits;
    this.handler = handler;
    this.rewrite = phases.contains(Phase.REWRITE);
    this.access = phases.contains(Phase.ACCESS);
    this.headerFilter = phases.contains(Phase.HEADER_FILTER);
    this.bodyFilter = phases.contains(Phase.BODY_FILTER);
    this.log = phases.contains(Phase.LOG);
    this.uses = closes ? new LongAdder() : null;
  }

  public PluginConfig configuration() {
    return configuration;
  }

  public PluginTraits traits() {
    return traits;
  }

  public PluginHandler handler() {
    return handler;
  }

  /** The plugin's name. */
  public String name() {
    return configuration.name();
  }

  boolean hasRewrite() {
    return rewrite;
  }

  boolean hasAccess() {
    return access;
  }

  boolean hasHeaderFilter() {
    return headerFilter;
  }

  boolean hasBodyFilter() {
    return bodyFilter;
  }

  boolean hasLog() {
    return log;
  }

  /** Whether the handler must be closed, and the exchanges that use it are counted until then. */
  public boolean countsUses() {
    return uses != null;
  }

  void acquire() {
    if (uses != null) {
      uses.increment();
    }
  }

  void release() {
    if (uses != null) {
      uses.decrement();
    }
  }

  /** Whether an exchange that chose this is still under way. */
  public boolean inUse() {
    return uses != null && uses.sum() > 0;
  }
}
