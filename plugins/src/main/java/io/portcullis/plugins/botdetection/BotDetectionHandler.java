package io.portcullis.plugins.botdetection;

import com.google.re2j.Pattern;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;

/** Looks at {@code User-Agent}: what is allowed first, then what is denied, then known robots. */
final class BotDetectionHandler implements PluginHandler {
  private static final String USER_AGENT = "user-agent";
  private static final Reply FORBIDDEN = Reply.refuse(403, "Forbidden");
  private static final Reply AMBIGUOUS = Reply.refuse(400, "Only one User-Agent header allowed");

  private final Pattern[] allowed;
  private final Pattern[] denied;

  BotDetectionHandler(Pattern[] allowed, Pattern[] denied) {
    this.allowed = allowed;
    this.denied = denied;
  }

  @Override
  public Reply access(Exchange exchange) {
    Headers headers = exchange.request().headers();
    int line = headers.indexOf(USER_AGENT);
    if (line < 0) {
      return Reply.NEXT;
    }
    if (headers.indexOf(USER_AGENT, line + 1) >= 0) {
      return AMBIGUOUS;
    }
    String agent = headers.value(line);
    if (agent.isEmpty() || isFound(allowed, agent)) {
      return Reply.NEXT;
    }
    return isFound(denied, agent) || KnownBots.contain(agent) ? FORBIDDEN : Reply.NEXT;
  }

  private static boolean isFound(Pattern[] patterns, String agent) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(agent).find()) {
        return true;
      }
    }
    return false;
  }
}
