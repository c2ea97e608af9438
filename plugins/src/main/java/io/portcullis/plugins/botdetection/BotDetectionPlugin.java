package io.portcullis.plugins.botdetection;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Types.STRING;

import com.google.re2j.Pattern;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import java.util.List;

/** Refuses clients whose user agent is that of a robot. */
public final class BotDetectionPlugin implements Plugin<BotDetectionConfig> {
  private static final PluginSpec<BotDetectionConfig> SPEC =
      PluginSpec.of("bot-detection", BotDetectionConfig.class)
          .priority(2500)
          .forbid("consumer")
          .field(
              array("allow", STRING.regex())
                  .defaultsToList()
                  .doc("Regexes of user agents that are let through; looked at first."))
          .field(
              array("deny", STRING.regex())
                  .defaultsToList()
                  .doc("Regexes of user agents that are refused besides those known here."));

  @Override
  public PluginSpec<BotDetectionConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(BotDetectionConfig config, PluginContext context) {
    return new BotDetectionHandler(patterns(config.allow()), patterns(config.deny()));
  }

  /** In RE2's syntax: time is linear in the user agent, whatever the regex. */
  private static Pattern[] patterns(List<String> regexes) {
    return regexes.stream().map(Pattern::compile).toArray(Pattern[]::new);
  }
}
