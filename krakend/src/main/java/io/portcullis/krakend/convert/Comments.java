package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values as JSON, without the members that only comment. */
final class Comments {
  private Comments() {}

  static JsonNode without(Value value) {
    return switch (value) {
      case Value.Fields fields -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Value.Member member : fields.members().values()) {
          if (!member.isComment()) {
            object.set(member.name(), without(member.value()));
          }
        }
        yield object;
      }
      case Value.Items(List<Value> items, var _) -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(without(item)));
        yield array;
      }
      default -> value.json();
    };
  }
}
