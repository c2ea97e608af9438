package io.portcullis.krakend.convert;

import tools.jackson.databind.node.ObjectNode;

/** Reads bot detectors. */
final class BotKeys {
  private BotKeys() {}

  static ObjectNode config(Section bots, Findings findings) {
    ObjectNode config =
        bots.taken("allow", "deny", "patterns", "cache_size", "empty_user_agent_is_bot");
    bots.finish();
    return config;
  }
}
