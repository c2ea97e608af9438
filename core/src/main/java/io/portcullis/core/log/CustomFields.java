package io.portcullis.core.log;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Fields;
import io.portcullis.core.schema.Types;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plugin's {@code custom_fields_by_lua}: each expression's value is set in the entry under its
 * key, and nil takes the key away. Dots in a key lead into nested objects.
 *
 * <p>A field that has no value for some exchange is left out, and the first such failure is logged;
 * the entry is sent without it.
 */
public final class CustomFields {
  private static final System.Logger LOG = System.getLogger(CustomFields.class.getName());

  /** No expression in Lua starts like this. */
  private static final Pattern MARK = Pattern.compile("[a-z]+:");

  private final List<Field> fields;
  private final AtomicBoolean complained = new AtomicBoolean();

  private CustomFields(List<Field> fields) {
    this.fields = fields;
  }

  /** The configuration field that log plugins have for their expressions. */
  public static FieldSpec field() {
    return Fields.map(
            "custom_fields_by_lua",
            Types.STRING.lenMin(1),
            Types.STRING.lenMin(1).rule(value -> problem(value.stringValue())))
        .doc("Expressions whose values are set in the entry; nil removes a field.");
  }

  /**
   * Parses all expressions.
   *
   * @param expressions key in the entry to expression
   * @throws ExpressionException for an expression that is not understood
   */
  public static CustomFields of(Map<String, String> expressions) {
    List<Field> fields = new ArrayList<>(expressions.size());
    expressions.forEach(
        (key, expression) ->
            fields.add(new Field(List.of(key.split("\\.", -1)), evaluation(expression))));
    return new CustomFields(List.copyOf(fields));
  }

  /** What is wrong with an expression, or null: the check that runs when it is written. */
  public static @Nullable String problem(String expression) {
    try {
      evaluation(expression);
      return null;
    } catch (ExpressionException e) {
      return "Error parsing function: " + e.getMessage();
    }
  }

  private static Evaluation evaluation(String expression) {
    FieldLanguage language = language(expression);
    if (language == null) {
      Expression parsed = ExpressionParser.parse(expression);
      return (entry, log, clock) -> parsed.value(log, clock);
    }
    try {
      FieldLanguage.Formula formula =
          language.compile(expression.strip().substring(language.mark().length() + 1));
      return (entry, log, clock) -> value(formula, entry);
    } catch (IllegalArgumentException refused) {
      throw new ExpressionException(String.valueOf(refused.getMessage()));
    }
  }

  private static @Nullable JsonNode value(FieldLanguage.Formula formula, ObjectNode entry) {
    try {
      return formula.value(entry);
    } catch (IllegalArgumentException noValue) {
      throw new ExpressionException(String.valueOf(noValue.getMessage()));
    }
  }

  /** The language whose mark the expression bears; null for the part of Lua. */
  private static @Nullable FieldLanguage language(String expression) {
    String text = expression.strip();
    if (MARK.matcher(text).lookingAt()) {
      for (FieldLanguage language :
          ServiceLoader.load(FieldLanguage.class, CustomFields.class.getClassLoader())) {
        if (text.startsWith(language.mark() + ":")) {
          return language;
        }
      }
    }
    return null;
  }

  void apply(ObjectNode entry, ExchangeLog log, InstantSource clock) {
    for (Field field : fields) {
      try {
        set(entry, field.path, field.evaluation.value(entry, log, clock));
      } catch (ExpressionException e) {
        if (complained.compareAndSet(false, true)) {
          LOG.log(
              System.Logger.Level.ERROR,
              "custom log field {0} left out: {1}",
              String.join(".", field.path),
              e.getMessage());
        }
      }
    }
  }

  private static void set(ObjectNode entry, List<String> path, @Nullable Object value) {
    ObjectNode object = entry;
    for (String name : path.subList(0, path.size() - 1)) {
      JsonNode next = object.get(name);
      if (next == null || next.isNull()) {
        if (value == null) {
          return;
        }
        next = object.putObject(name);
      } else if (!(next instanceof ObjectNode)) {
        throw new ExpressionException("'" + name + "' is not an object in the entry");
      }
      object = (ObjectNode) next;
    }
    String last = path.getLast();
    switch (value) {
      case null -> object.remove(last);
      case JsonNode node -> object.set(last, node);
      case Boolean truth -> object.put(last, truth.booleanValue());
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          object.put(last, number.longValue());
      case Double number when number.isNaN() || number.isInfinite() ->
          throw new ExpressionException("the value is not a finite number");
      case Double number -> object.put(last, number.doubleValue());
      default -> object.put(last, value.toString());
    }
  }

  private record Field(List<String> path, Evaluation evaluation) {}

  /** An expression of whatever language. */
  private interface Evaluation {
    @Nullable Object value(ObjectNode entry, ExchangeLog log, InstantSource clock);
  }
}
