package io.portcullis.proxy.sync;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Fields;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts handlers that answer with their setting, and notes what starts and closes. */
final class TestPlugins implements PluginStarter {
  final List<String> started = new ArrayList<>();
  final List<String> closed = Collections.synchronizedList(new ArrayList<>());

  @Override
  public ConfiguredPlugin start(PluginConfig configuration) {
    PluginTraits traits = traits(configuration.name());
    if (traits == null) {
      throw new IllegalArgumentException("no such plugin");
    }
    String setting = configuration.config().get("setting").stringValue();
    if (setting.equals("broken")) {
      throw new IllegalStateException("cannot start");
    }
    started.add(setting);
    return new ConfiguredPlugin(
        configuration, traits, handler(setting), EnumSet.of(Phase.ACCESS), true);
  }

  @Override
  public @Nullable PluginTraits traits(String plugin) {
    return plugin.equals("unknown") ? null : new PluginTraits(1, false, 0, 0);
  }

  @Override
  public FieldSpec config(String plugin) {
    return Fields.record("config", Fields.string("setting").referenceable());
  }

  private PluginHandler handler(String setting) {
    return new PluginHandler() {
      @Override
      public Reply access(Exchange exchange) {
        return Reply.exit(200, setting);
      }

      @Override
      public void close() {
        closed.add(setting);
      }
    };
  }
}
