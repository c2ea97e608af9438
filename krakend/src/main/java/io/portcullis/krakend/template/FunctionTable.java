package io.portcullis.krakend.template;

import io.portcullis.core.vault.Environment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the template language: Go's own, KrakenD's {@code include} and {@code marshal},
 * and those of Sprig that answer the same at every start. Clocks, randomness, keys and the network
 * are left out on purpose: a configuration is a function of its files and its environment.
 */
final class FunctionTable {
  private final Map<String, TemplateFunction> functions = new TreeMap<>();

  private FunctionTable() {}

  /** Reads the text of a partial; throws {@link FunctionException} when there is none. */
  @FunctionalInterface
  interface Partials {
    String read(String name);
  }

  static FunctionTable of(Environment environment, Partials partials) {
    FunctionTable table = new FunctionTable();
    table.add("env", of -> orEmpty(environment.variable(of.string(0))), Parameter.STRING);
    table.add("include", of -> partials.read(of.string(0)), Parameter.STRING);
    GoFunctions.addTo(table);
    ValueFunctions.addTo(table);
    TextFunctions.addTo(table);
    NumberFunctions.addTo(table);
    ListFunctions.addTo(table);
    MapFunctions.addTo(table);
    return table;
  }

  /** A function with exactly these parameters. */
  void add(String name, TemplateFunction.Body body, Parameter... parameters) {
    functions.put(name, new TemplateFunction(name, List.of(parameters), null, body));
  }

  /** A function that takes any number of further arguments after its parameters. */
  void addOpen(String name, Parameter rest, TemplateFunction.Body body, Parameter... parameters) {
    functions.put(name, new TemplateFunction(name, List.of(parameters), rest, body));
  }

  @Nullable TemplateFunction find(String name) {
    return functions.get(name);
  }

  Set<String> names() {
    return functions.keySet();
  }

  /** What to say of a name that is no function. */
  String refusal(String name) {
    return "function \""
        + name
        + "\" is not defined; flexible-configuration.md lists those that are";
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }
}
