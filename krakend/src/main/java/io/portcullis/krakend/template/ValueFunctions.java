package io.portcullis.krakend.template;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Functions for any value: defaults, choices, JSON, types. */
final class ValueFunctions {
  private ValueFunctions() {}

  static void addTo(FunctionTable table) {
    table.addOpen("default", Parameter.ANY, ValueFunctions::defaulted, Parameter.ANY);
    table.add("empty", of -> !GoValues.truth(of.any(0)), Parameter.ANY);
    table.addOpen("coalesce", Parameter.ANY, ValueFunctions::coalesce);
    table.addOpen("all", Parameter.ANY, of -> of.values().stream().allMatch(GoValues::truth));
    table.addOpen("any", Parameter.ANY, of -> of.values().stream().anyMatch(GoValues::truth));
    table.add(
        "ternary",
        of -> of.truth(2) ? of.any(0) : of.any(1),
        Parameter.ANY,
        Parameter.ANY,
        Parameter.BOOLEAN);
    table.add("fail", ValueFunctions::fail, Parameter.STRING);

    table.add("marshal", of -> JsonText.compact(of.any(0)), Parameter.ANY);
    table.add("toJson", of -> JsonText.compact(of.any(0)), Parameter.ANY);
    table.add("mustToJson", of -> JsonText.compact(of.any(0)), Parameter.ANY);
    table.add("toPrettyJson", of -> JsonText.pretty(of.any(0)), Parameter.ANY);
    table.add("mustToPrettyJson", of -> JsonText.pretty(of.any(0)), Parameter.ANY);
    table.add("toRawJson", of -> JsonText.raw(of.any(0)), Parameter.ANY);
    table.add("mustToRawJson", of -> JsonText.raw(of.any(0)), Parameter.ANY);
    table.add("fromJson", of -> fromJson(of.string(0), false), Parameter.STRING);
    table.add("mustFromJson", of -> fromJson(of.string(0), true), Parameter.STRING);

    table.add(
        "typeOf", of -> of.any(0) == null ? "<nil>" : GoValues.typeName(of.any(0)), Parameter.ANY);
    table.add(
        "typeIs",
        of -> of.string(0).equals(GoValues.typeName(of.any(1))),
        Parameter.STRING,
        Parameter.ANY);
    table.add("kindOf", of -> GoValues.kind(of.any(0)), Parameter.ANY);
    table.add(
        "kindIs",
        of -> of.string(0).equals(GoValues.kind(of.any(1))),
        Parameter.STRING,
        Parameter.ANY);
    table.add(
        "deepEqual", of -> Objects.equals(of.any(0), of.any(1)), Parameter.ANY, Parameter.ANY);
  }

  private static @Nullable Object defaulted(Arguments of) {
    return of.size() > 1 && GoValues.truth(of.any(1)) ? of.any(1) : of.any(0);
  }

  private static @Nullable Object coalesce(Arguments of) {
    for (Object value : of.values()) {
      if (GoValues.truth(value)) {
        return value;
      }
    }
    return null;
  }

  private static Object fail(Arguments of) {
    throw new FunctionException(of.string(0));
  }

  private static @Nullable Object fromJson(String text, boolean must) {
    try {
      return JsonText.read(text);
    } catch (JacksonException e) {
      if (must) {
        throw new FunctionException(e.getOriginalMessage());
      }
      return null;
    }
  }
}
