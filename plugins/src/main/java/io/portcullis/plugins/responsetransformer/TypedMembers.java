package io.portcullis.plugins.responsetransformer;

import io.portcullis.plugins.transform.MemberEdits;
import io.portcullis.plugins.transform.NamedText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads entries whose values have types. */
final class TypedMembers {
  private TypedMembers() {}

  /** Members with fixed values; one that is not of its type leaves the member as it is. */
  static List<MemberEdits.Member> of(ResponseTransformerConfig.Values entries) {
    List<MemberEdits.Member> members = new ArrayList<>(entries.json().size());
    for (int i = 0; i < entries.json().size(); i++) {
      String entry = entries.json().get(i);
      String name = NamedText.nameOf(entry);
      String text = name.length() == entry.length() ? "" : entry.substring(name.length() + 1);
      String type = i < entries.jsonTypes().size() ? entries.jsonTypes().get(i) : "string";
      JsonNode value = value(text, type);
      members.add(new MemberEdits.Member(name, source -> value));
    }
    return members;
  }

  private static @Nullable JsonNode value(String text, String type) {
    return switch (type) {
      case "boolean" -> BooleanNode.valueOf(text.equals("true"));
      case "number" -> number(text.strip());
      default -> JsonNodeFactory.instance.stringNode(text);
    };
  }

  private static @Nullable JsonNode number(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return number.scale() <= 0 && number.precision() - number.scale() <= 18
          ? JsonNodeFactory.instance.numberNode(number.longValueExact())
          : JsonNodeFactory.instance.numberNode(number);
    } catch (NumberFormatException notOne) {
      return null;
    }
  }
}
