package io.portcullis.plugins.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text with expressions in {@code $(…)}, each replaced by its value; nil is nothing. The
 * expressions are a small part of Lua, see {@link TemplateParser}. Immutable.
 */
public final class Template implements Text {
  private final List<Text> parts;

  private Template(List<Text> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a text.
   *
   * @throws TemplateException when an expression is not understood; parentheses that are never
   *     closed are text
   */
  public static Text of(String text) {
    return of(text, UnaryOperator.identity(), UnaryOperator.identity());
  }

  /**
   * Reads a text whose parts must be escaped where it goes.
   *
   * @param literal escapes, once, what the configuration says
   * @param value escapes what an expression says
   */
  static Text of(String text, UnaryOperator<String> literal, UnaryOperator<String> value) {
    List<Text> parts = new ArrayList<>();
    int from = 0;
    int open = text.indexOf("$(");
    while (open >= 0) {
      int close = TemplateParser.closing(text, open + 2);
      if (close < 0) {
        break;
      }
      if (open > from) {
        parts.add(new Fixed(literal.apply(OctetText.of(text.substring(from, open)))));
      }
      TemplateExpression expression = TemplateParser.parse(text.substring(open + 2, close));
      parts.add(source -> value.apply(TemplateExpression.shown(expression.value(source))));
      from = close + 1;
      open = text.indexOf("$(", from);
    }
    if (from < text.length() || parts.isEmpty()) {
      parts.add(new Fixed(literal.apply(OctetText.of(text.substring(from)))));
    }
    return parts.size() == 1 ? parts.getFirst() : new Template(parts);
  }

  @Override
  public String of(TemplateSource source) {
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      made.append(parts.get(i).of(source));
    }
    return made.toString();
  }
}
