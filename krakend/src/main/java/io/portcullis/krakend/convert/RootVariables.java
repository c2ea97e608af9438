package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import io.portcullis.krakend.file.Value;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Puts variables of the environment into the root of a file: {@code KRAKEND_PORT} goes before
 * {@code port}. Only values that are no objects or arrays can be given so.
 */
final class RootVariables {
  private static final String PREFIX = "KRAKEND_";
  private static final int LONGEST_NUMBER = 9;

  private RootVariables() {}

  static Value.Fields applied(Value.Fields file, Map<String, String> environment) {
    Map<String, Value.Member> members = new LinkedHashMap<>(file.members());
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (!variable.startsWith(PREFIX)) {
                return;
              }
              String key = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
              Value.Member member = members.get(key);
              boolean composed =
                  member != null
                      && (member.value() instanceof Value.Fields
                          || member.value() instanceof Value.Items);
              if (!composed && RootKeys.isScalar(key)) {
                Position at = member == null ? file.at() : member.nameAt();
                members.put(key, new Value.Member(key, at, value(text, at)));
              }
            });
    return new Value.Fields(members, file.at());
  }

  private static Value value(String text, Position at) {
    if (text.equals("true") || text.equals("false")) {
      return new Value.Truth(text.equals("true"), at);
    }
    boolean digits = !text.isEmpty() && text.chars().allMatch(Character::isDigit);
    return digits && text.length() <= LONGEST_NUMBER
        ? new Value.Numeric(JsonNodeFactory.instance.numberNode(Integer.parseInt(text)), at)
        : new Value.Text(text, at);
  }
}
