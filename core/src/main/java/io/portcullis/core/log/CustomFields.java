package io.portcullis.core.log;

import io.portcullis.core.plugin.ExchangeLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final List<Field> fields;
  private final AtomicBoolean complained = new AtomicBoolean();

  private CustomFields(List<Field> fields) {
    this.fields = fields;
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
            fields.add(
                new Field(List.of(key.split("\\.", -1)), ExpressionParser.parse(expression))));
    return new CustomFields(List.copyOf(fields));
  }

  /** What is wrong with an expression, or null: the check that runs when it is written. */
  public static @Nullable String problem(String expression) {
    try {
      ExpressionParser.parse(expression);
      return null;
    } catch (ExpressionException e) {
      return "Error parsing function: " + e.getMessage();
    }
  }

  void apply(ObjectNode entry, ExchangeLog log, InstantSource clock) {
    for (Field field : fields) {
      try {
        set(entry, field.path, field.expression.value(log, clock));
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
      case Boolean truth -> object.put(last, truth.booleanValue());
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          object.put(last, number.longValue());
      case Double number when number.isNaN() || number.isInfinite() ->
          throw new ExpressionException("the value is not a finite number");
      case Double number -> object.put(last, number.doubleValue());
      default -> object.put(last, value.toString());
    }
  }

  private record Field(List<String> path, Expression expression) {}
}
