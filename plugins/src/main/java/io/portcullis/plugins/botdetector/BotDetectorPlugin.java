package io.portcullis.plugins.botdetector;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Refuses clients whose user agent is listed, or has a pattern in it. */
public final class BotDetectorPlugin implements Plugin<BotDetectorConfig> {
  private static final int LARGEST_CACHE = 1_000_000;

  private static final PluginSpec<BotDetectorConfig> SPEC =
      PluginSpec.of("bot-detector", BotDetectorConfig.class)
          .priority(1980)
          .forbid("consumer")
          .field(
              array("allow", STRING)
                  .required()
                  .defaultsToList()
                  .doc("Whole user agents that are let through; looked at first."))
          .field(
              array("deny", STRING)
                  .required()
                  .defaultsToList()
                  .doc("Whole user agents that are refused."))
          .field(
              array("patterns", STRING.rule(BotDetectorPlugin::refusal))
                  .required()
                  .defaultsToList()
                  .doc("Regexes, found anywhere, of user agents that are refused."))
          .field(
              integer("cache_size")
                  .between(0, LARGEST_CACHE)
                  .required()
                  .defaultsTo(0)
                  .doc("User agents for which it is remembered whether a pattern is found."))
          .field(
              bool("empty_user_agent_is_bot")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether requests without a user agent are refused."))
          .field(
              string("except_path")
                  .startsWith("/")
                  .doc("Path that anybody may ask for, that of a health page."));

  @Override
  public PluginSpec<BotDetectorConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(BotDetectorConfig config, PluginContext context) {
    return new BotDetectorHandler(
        config, context.configuration().isGlobal(), context.virtualThreads());
  }

  private static @Nullable String refusal(JsonNode regex) {
    try {
      Pattern.compile(regex.stringValue());
      return null;
    } catch (PatternSyntaxException broken) {
      return broken.getMessage();
    }
  }
}
