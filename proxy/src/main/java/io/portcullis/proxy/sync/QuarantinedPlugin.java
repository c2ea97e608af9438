package io.portcullis.proxy.sync;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a configuration whose plugin did not start. It refuses every request in the
 * configuration's scope: a gateway that went on without the plugin might go on without its lock.
 */
final class QuarantinedPlugin implements PluginHandler {
  private static final PluginTraits UNKNOWN = new PluginTraits(Integer.MIN_VALUE, false, 0, 0);

  /**
   * @param traits null when nobody knows the plugin: it then stands behind all others, where a
   *     consumer is known
   */
  static ConfiguredPlugin of(PluginConfig configuration, @Nullable PluginTraits traits) {
    return new ConfiguredPlugin(
        configuration,
        traits == null ? UNKNOWN : new PluginTraits(traits.priority(), false, 0, 0),
        new QuarantinedPlugin(),
        EnumSet.of(Phase.ACCESS),
        false);
  }

  @Override
  public Reply access(Exchange exchange) {
    return Reply.refuse(500, "An unexpected error occurred");
  }
}
