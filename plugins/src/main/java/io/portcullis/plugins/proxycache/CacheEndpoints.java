package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.plugin.AdminEndpoint.Answer;
import io.portcullis.core.plugin.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows and removes what this node keeps. */
final class CacheEndpoints {
  private final NodeCaches caches;

  CacheEndpoints(NodeCaches caches) {
    this.caches = caches;
  }

  List<AdminEndpoint> all() {
    return List.of(
        new AdminEndpoint("/proxy-cache", Map.of("DELETE", call -> clear())),
        new AdminEndpoint(
            "/proxy-cache/{cache_key}",
            Map.of(
                "GET", call -> show(caches.all(), call.parameters().getFirst()),
                "DELETE", call -> remove(caches.all(), call.parameters().getFirst()))),
        new AdminEndpoint(
            "/proxy-cache/{plugin_id}/caches/{cache_key}",
            Map.of(
                "GET", call -> show(one(call), call.parameters().getLast()),
                "DELETE", call -> remove(one(call), call.parameters().getLast()))));
  }

  private Answer clear() {
    caches.all().forEach(AnswerCache::clear);
    return Answer.noContent();
  }

  private static Answer show(Collection<AnswerCache> where, String key) {
    for (AnswerCache cache : where) {
      StoredAnswer stored = cache.get(key);
      if (stored != null) {
        return new Answer(200, json(stored));
      }
    }
    return notFound();
  }

  private static Answer remove(Collection<AnswerCache> where, String key) {
    boolean removed = false;
    for (AnswerCache cache : where) {
      removed |= cache.remove(key);
    }
    return removed ? Answer.noContent() : notFound();
  }

  private Collection<AnswerCache> one(AdminEndpoint.Call call) {
    return uuid(call.parameters().getFirst()).flatMap(caches::of).map(List::of).orElse(List.of());
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Answer notFound() {
    return new Answer(404, JsonNodeFactory.instance.objectNode().put("message", "Not found"));
  }

  /** The members are Kong's. */
  private static ObjectNode json(StoredAnswer stored) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Reply.Exit reply = stored.reply();
    json.put("status", reply.status());
    ObjectNode headers = json.putObject("headers");
    for (Reply.HeaderLine line : reply.headers()) {
      @Nullable JsonNode before = headers.get(line.name());
      switch (before) {
        case null -> headers.put(line.name(), line.value());
        case ArrayNode list -> list.add(line.value());
        case JsonNode first -> headers.putArray(line.name()).add(first).add(line.value());
      }
    }
    json.put("body", new String(reply.body(), StandardCharsets.UTF_8));
    json.put("body_len", reply.body().length);
    json.put("timestamp", stored.storedAt());
    json.put("ttl", stored.freshFor());
    json.put("version", 1);
    return json;
  }
}
