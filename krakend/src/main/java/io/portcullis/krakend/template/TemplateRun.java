package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One template as it runs: its variables, and where it prints to. */
final class TemplateRun {
  private final TemplateSet templates;
  private final Rendering rendering;
  private final TemplateSource source;
  private final int depth;
  private final List<Variable> variables = new ArrayList<>();

  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private static final class Variable {
    final String name;
    @Nullable Object value;

    Variable(String name, @Nullable Object value) {
      this.name = name;
      this.value = value;
    }
  }

  private TemplateRun(
      TemplateSet templates,
      Rendering rendering,
      TemplateSource source,
      int depth,
      @Nullable Object dot) {
    this.templates = templates;
    this.rendering = rendering;
    this.source = source;
    this.depth = depth;
    variables.add(new Variable("$", dot));
  }

  /**
   * Runs a template.
   *
   * @throws TemplateException if it fails, with the place
   */
  static RenderedFile render(TemplateSet templates, Definition definition, Object dot) {
    Rendering rendering = new Rendering();
    TemplateRun run = new TemplateRun(templates, rendering, definition.source(), 0, dot);
    try {
      run.walk(definition.nodes(), dot);
    } catch (StackOverflowError e) {
      throw new TemplateException(
          definition.source().place(0), "values or templates are nested too deeply");
    }
    return rendering.finished();
  }

  private Flow walk(List<Node> nodes, @Nullable Object dot) {
    for (Node node : nodes) {
      Flow flow = walk(node, dot);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow walk(Node node, @Nullable Object dot) {
    switch (node) {
      case Node.Text text ->
          guarded(
              new Span(text.offset(), text.offset()),
              () -> rendering.copy(text.text(), source, text.offset()));
      case Node.Action action -> action(action, dot);
      case Node.Branch branch -> {
        return branch(branch, dot);
      }
      case Node.Range range -> {
        return range(range, dot);
      }
      case Node.Invoke invoke -> invoke(invoke, dot);
      case Node.Break leaves -> {
        return Flow.BREAK;
      }
      case Node.Continue skips -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private void action(Node.Action action, @Nullable Object dot) {
    Object value = pipeline(action.pipeline(), dot);
    if (action.pipeline().targets().isEmpty()) {
      guarded(
          action.pipeline().span(),
          () ->
              rendering.print(
                  value == null ? "<no value>" : GoText.of(value), source, action.offset()));
    }
  }

  private Flow branch(Node.Branch branch, @Nullable Object dot) {
    int mark = variables.size();
    Object value = pipeline(branch.pipeline(), dot);
    Flow flow =
        GoValues.truth(value)
            ? walk(branch.body(), branch.moves() ? value : dot)
            : walk(branch.otherwise(), dot);
    forget(mark);
    return flow;
  }

  private Flow range(Node.Range range, @Nullable Object dot) {
    int mark = variables.size();
    Object value = commands(range.pipeline(), dot);
    boolean any =
        switch (value) {
          case null -> false;
          case Long count -> overNumbers(range, count);
          case List<?> list -> overList(range, list);
          case Map<?, ?> map -> overMap(range, map);
          default ->
              throw failure(
                  range.pipeline().span(), "range can't iterate over " + GoText.of(value));
        };
    Flow flow = any ? Flow.ON : walk(range.otherwise(), dot);
    forget(mark);
    return flow;
  }

  private boolean overNumbers(Node.Range range, long count) {
    if (range.pipeline().targets().size() > 1) {
      throw failure(
          range.pipeline().span(),
          "can't use " + count + " to iterate over more than one variable");
    }
    for (long i = 0; i < count && goesOn(range, i, i); i++) {}
    return count > 0;
  }

  private boolean overList(Node.Range range, List<?> list) {
    for (int i = 0; i < list.size() && goesOn(range, (long) i, list.get(i)); i++) {}
    return !list.isEmpty();
  }

  /** Members that the body adds or removes do not disturb: their order is taken first. */
  private boolean overMap(Node.Range range, Map<?, ?> map) {
    for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
      if (!goesOn(range, entry.getKey(), entry.getValue())) {
        break;
      }
    }
    return !map.isEmpty();
  }

  /** One iteration; false when it broke off. */
  private boolean goesOn(Node.Range range, Object key, @Nullable Object item) {
    guarded(range.pipeline().span(), rendering::step);
    int mark = variables.size();
    List<String> targets = range.pipeline().targets();
    if (targets.size() == 1) {
      take(range.pipeline(), targets.getFirst(), item);
    } else if (targets.size() == 2) {
      take(range.pipeline(), targets.getFirst(), key);
      take(range.pipeline(), targets.getLast(), item);
    }
    Flow flow = walk(range.body(), item);
    forget(mark);
    return flow != Flow.BREAK;
  }

  private void invoke(Node.Invoke invoke, @Nullable Object dot) {
    Definition definition =
        templates
            .find(invoke.name())
            .orElseThrow(
                () ->
                    failure(
                        invoke.span(),
                        "template \""
                            + invoke.name()
                            + "\" is not defined; there are: "
                            + templates.names()));
    if (depth == Limits.CALLS) {
      throw failure(invoke.span(), "templates call each other more than " + depth + " deep");
    }
    Object inner = invoke.pipeline() == null ? null : pipeline(invoke.pipeline(), dot);
    TemplateRun run = new TemplateRun(templates, rendering, definition.source(), depth + 1, inner);
    run.walk(definition.nodes(), inner);
  }

  private @Nullable Object pipeline(Operand.Pipeline pipeline, @Nullable Object dot) {
    Object value = commands(pipeline, dot);
    for (String target : pipeline.targets()) {
      take(pipeline, target, value);
    }
    return value;
  }

  /** A pipeline's value, before any variable takes it. */
  private @Nullable Object commands(Operand.Pipeline pipeline, @Nullable Object dot) {
    Object value = null;
    boolean first = true;
    for (Operand.Command command : pipeline.commands()) {
      value = command(command, dot, first ? List.of() : Collections.singletonList(value));
      first = false;
    }
    return value;
  }

  private void take(Operand.Pipeline pipeline, String name, @Nullable Object value) {
    if (pipeline.assigns()) {
      variable(name, pipeline.span()).value = value;
    } else {
      variables.add(new Variable(name, value));
    }
  }

  private Variable variable(String name, Span span) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name.equals(name)) {
        return variables.get(i);
      }
    }
    throw failure(span, "undefined variable: " + name);
  }

  private void forget(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  /** A command's value; {@code piped} holds the one value that a pipeline hands over, if any. */
  private @Nullable Object command(
      Operand.Command command, @Nullable Object dot, List<@Nullable Object> piped) {
    guarded(command.span(), rendering::step);
    Operand first = command.operands().getFirst();
    if (first instanceof Operand.Call call) {
      List<Operand> given = command.operands().subList(1, command.operands().size());
      return call(call.function(), given, piped, dot, command.span());
    }
    if (command.operands().size() > 1 || !piped.isEmpty()) {
      throw failure(
          first.span(), "can't give argument to non-function " + source.slice(first.span()));
    }
    if (first instanceof Operand.Nil) {
      throw failure(first.span(), "nil is not a command");
    }
    return value(first, dot);
  }

  private @Nullable Object value(Operand operand, @Nullable Object dot) {
    return switch (operand) {
      case Operand.Constant constant -> constant.value();
      case Operand.Nil nil -> null;
      case Operand.Dot here -> dot;
      case Operand.Field field -> field(dot, field.names(), field.span());
      case Operand.Variable variable ->
          field(
              variable(variable.name(), variable.span()).value, variable.fields(), variable.span());
      case Operand.Chain chain -> field(value(chain.base(), dot), chain.fields(), chain.span());
      case Operand.Call call -> call(call.function(), List.of(), List.of(), dot, call.span());
      case Operand.Pipeline pipeline -> pipeline(pipeline, dot);
    };
  }

  /**
   * Members within members. One that is absent has no value, and none has that; one that is null in
   * its file stops the template, as in Go.
   */
  private @Nullable Object field(@Nullable Object start, List<String> names, Span span) {
    Object value = start;
    boolean written = false;
    for (String name : names) {
      if (value == null) {
        if (written) {
          throw failure(span, "nil pointer evaluating interface {}." + name);
        }
        return null;
      }
      if (!(value instanceof Map<?, ?> map)) {
        throw failure(
            span, "can't evaluate field " + name + " in type " + GoValues.typeName(value));
      }
      value = map.get(name);
      written = value == null && map.containsKey(name);
    }
    return value;
  }

  private @Nullable Object call(
      TemplateFunction function,
      List<Operand> given,
      List<@Nullable Object> piped,
      @Nullable Object dot,
      Span span) {
    guarded(span, rendering::step);
    String mismatch = function.mismatch(given.size() + piped.size());
    if (mismatch != null) {
      throw failure(span, mismatch);
    }
    if (function.name().equals("and") || function.name().equals("or")) {
      return lazily(function.name().equals("or"), given, piped, dot);
    }
    List<@Nullable Object> values = new ArrayList<>(given.size() + 1);
    for (Operand operand : given) {
      Parameter parameter = function.parameter(values.size());
      try {
        values.add(
            operand instanceof Operand.Constant constant
                ? parameter.ofLiteral(constant.value(), source.slice(constant.span()))
                : parameter.of(value(operand, dot)));
      } catch (FunctionException e) {
        throw failure(operand.span(), String.valueOf(e.getMessage()));
      }
    }
    try {
      for (Object value : piped) {
        values.add(function.parameter(values.size()).of(value));
      }
    } catch (FunctionException e) {
      throw failure(span, String.valueOf(e.getMessage()));
    }
    try {
      Object answer = function.body().call(new Arguments(Collections.unmodifiableList(values)));
      if (answer instanceof String text) {
        Limits.checkLength(text.length());
      } else if (answer instanceof List<?> list) {
        Limits.checkItems(list.size());
      }
      return answer;
    } catch (FunctionException e) {
      throw failure(span, "error calling " + function.name() + ": " + e.getMessage());
    }
  }

  /** {@code and} and {@code or}: the first argument that decides, else the last. */
  private @Nullable Object lazily(
      boolean decisive, List<Operand> given, List<@Nullable Object> piped, @Nullable Object dot) {
    Object last = null;
    for (Operand operand : given) {
      last = value(operand, dot);
      if (GoValues.truth(last) == decisive) {
        return last;
      }
    }
    return piped.isEmpty() ? last : piped.getFirst();
  }

  private void guarded(Span span, Runnable action) {
    try {
      action.run();
    } catch (FunctionException e) {
      throw failure(span, String.valueOf(e.getMessage()));
    }
  }

  private TemplateException failure(Span span, String message) {
    String written = source.slice(span);
    String shown = written.length() > 80 ? written.substring(0, 77) + "..." : written;
    return new TemplateException(
        source.place(span.start()), shown.isEmpty() ? message : "at <" + shown + ">: " + message);
  }
}
