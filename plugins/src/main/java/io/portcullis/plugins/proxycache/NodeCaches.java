package io.portcullis.plugins.proxycache;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The caches of a node by name, and which configuration uses which. Thread-safe. */
final class NodeCaches {
  private final Map<String, AnswerCache> byName = new ConcurrentHashMap<>();
  private final Map<UUID, Use> uses = new ConcurrentHashMap<>();

  /** That a configuration uses a cache; each start of the configuration has its own. */
  static final class Use {
    private final UUID configuration;
    private final AnswerCache cache;

    Use(UUID configuration, AnswerCache cache) {
      this.configuration = configuration;
      this.cache = cache;
    }

    AnswerCache cache() {
      return cache;
    }
  }

  /** Joins a configuration to the cache of that name, which is made on first use. */
  Use use(UUID configuration, String name, Function<String, AnswerCache> first) {
    Use use = new Use(configuration, byName.computeIfAbsent(name, first));
    uses.put(configuration, use);
    return use;
  }

  /** Ends a use; one that was replaced meanwhile is gone already. */
  void release(Use use) {
    uses.remove(use.configuration, use);
  }

  Collection<AnswerCache> all() {
    return byName.values();
  }

  Optional<AnswerCache> of(UUID configuration) {
    return Optional.ofNullable(uses.get(configuration)).map(Use::cache);
  }
}
