package io.portcullis.plugins.botdetector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Looks at {@code User-Agent}: what is allowed, then what is denied, then the patterns. */
final class BotDetectorHandler implements PluginHandler {
  private static final Reply FORBIDDEN = new Reply.Exit(403, List.of(), new byte[0]);

  /** What is longer is not remembered, so that a cache is no place to fill the memory with. */
  private static final int LONGEST_REMEMBERED = 512;

  private final Set<String> allowed;
  private final Set<String> denied;
  private final Pattern[] patterns;
  private final boolean emptyIsBot;
  private final boolean global;
  private final @Nullable String exceptPath;
  private final @Nullable Cache<String, Boolean> remembered;

  /**
   * @param global whether the configuration is for all requests, and so runs before routing
   */
  BotDetectorHandler(BotDetectorConfig config, boolean global, Executor executor) {
    this.global = global;
    this.exceptPath = config.exceptPath();
    this.allowed = Set.copyOf(config.allow());
    this.denied = Set.copyOf(config.deny());
    // In RE2's syntax: time is linear in the user agent, whatever the regex.
    this.patterns = config.patterns().stream().map(Pattern::compile).toArray(Pattern[]::new);
    this.emptyIsBot = config.emptyUserAgentIsBot();
    this.remembered =
        config.cacheSize() > 0 && patterns.length > 0
            ? Caffeine.newBuilder().maximumSize(config.cacheSize()).executor(executor).build()
            : null;
  }

  /** Of a global configuration, whose turn comes whether or not a route has one of its own. */
  @Override
  public Reply rewrite(Exchange exchange) {
    return look(exchange);
  }

  @Override
  public Reply access(Exchange exchange) {
    return global ? Reply.NEXT : look(exchange);
  }

  private Reply look(Exchange exchange) {
    if (exchange.request().path().equals(exceptPath)) {
      return Reply.NEXT;
    }
    String agent = exchange.request().headers().get("user-agent");
    boolean bot = agent == null || agent.isEmpty() ? emptyIsBot : isBot(agent);
    return bot ? FORBIDDEN : Reply.NEXT;
  }

  private boolean isBot(String agent) {
    if (allowed.contains(agent)) {
      return false;
    }
    if (denied.contains(agent)) {
      return true;
    }
    if (remembered == null || agent.length() > LONGEST_REMEMBERED) {
      return isFound(agent);
    }
    Boolean known = remembered.getIfPresent(agent);
    if (known == null) {
      known = isFound(agent);
      remembered.put(agent, known);
    }
    return known;
  }

  private boolean isFound(String agent) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(agent).find()) {
        return true;
      }
    }
    return false;
  }
}
