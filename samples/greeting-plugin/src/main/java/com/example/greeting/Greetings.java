package com.example.greeting;

import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Counts what was said, over all configurations of a node. */
final class Greetings {
  private final LongAdder count = new LongAdder();

  void add() {
    count.increment();
  }

  JsonNode json() {
    return JsonNodeFactory.instance.objectNode().put("count", count.sum());
  }
}
