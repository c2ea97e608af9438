package io.portcullis.krakend.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of the template language.
 *
 * @param fixed its parameters
 * @param rest what further arguments are; null when there must be none
 * @param body what it answers
 */
record TemplateFunction(String name, List<Parameter> fixed, @Nullable Parameter rest, Body body) {
  /** What a function does; throws {@link FunctionException} when it cannot. */
  @FunctionalInterface
  interface Body {
    @Nullable Object call(Arguments arguments);
  }

  /** What the argument at an index has to be. */
  Parameter parameter(int index) {
    if (index < fixed.size()) {
      return fixed.get(index);
    }
    return rest == null ? Parameter.ANY : rest;
  }

  /** Null when the function takes as many arguments, else what it wants. */
  @Nullable String mismatch(int count) {
    if (rest != null) {
      return count >= fixed.size()
          ? null
          : "wrong number of args for "
              + name
              + ": want at least "
              + fixed.size()
              + " got "
              + count;
    }
    return count == fixed.size()
        ? null
        : "wrong number of args for " + name + ": want " + fixed.size() + " got " + count;
  }
}
