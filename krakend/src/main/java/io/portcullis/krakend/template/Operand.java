package io.portcullis.krakend.template;

import java.util.List;

/** A part of a command: something that has a value. */
sealed interface Operand {
  Span span();

  /** A literal: Boolean, Long, Double or String. */
  record Constant(Object value, Span span) implements Operand {}

  record Nil(Span span) implements Operand {}

  /** The value the template is at. */
  record Dot(Span span) implements Operand {}

  /** {@code .a.b} */
  record Field(List<String> names, Span span) implements Operand {}

  /** {@code $x} or {@code $x.a.b}; the name has its dollar sign. */
  record Variable(String name, List<String> fields, Span span) implements Operand {}

  record Call(TemplateFunction function, Span span) implements Operand {}

  /** {@code (…).a.b} */
  record Chain(Operand base, List<String> fields, Span span) implements Operand {}

  /**
   * Commands, each with the value of the one before as its last argument.
   *
   * @param targets variables that take the value, at most two
   * @param assigns whether the variables exist already
   */
  record Pipeline(List<String> targets, boolean assigns, List<Command> commands, Span span)
      implements Operand {}

  /** A function with its arguments, or one value. */
  record Command(List<Operand> operands, Span span) {}
}
