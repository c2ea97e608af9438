package io.portcullis.krakend.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step of a template. */
sealed interface Node {
  /** Text that is copied. */
  record Text(String text, int offset) implements Node {}

  /** A pipeline whose value is printed, unless it sets variables. */
  record Action(Operand.Pipeline pipeline, int offset) implements Node {}

  /**
   * {@code if} and {@code with}.
   *
   * @param moves whether the value becomes the dot of {@code body}
   */
  record Branch(boolean moves, Operand.Pipeline pipeline, List<Node> body, List<Node> otherwise)
      implements Node {}

  record Range(Operand.Pipeline pipeline, List<Node> body, List<Node> otherwise) implements Node {}

  /** {@code template} and {@code block}; without a pipeline the dot is nil. */
  record Invoke(String name, Operand.@Nullable Pipeline pipeline, Span span) implements Node {}

  record Break() implements Node {}

  record Continue() implements Node {}

  /** Whether the steps can print anything but white space. */
  static boolean isEmpty(List<Node> nodes) {
    return nodes.stream().allMatch(node -> node instanceof Text text && text.text().isBlank());
  }
}
