package io.portcullis.krakend.template;

/** Bounds of what one rendering may do; a template that reaches one is caught in a loop. */
final class Limits {
  /** Characters of the whole output, and of any text on the way. */
  static final int LENGTH = 64 << 20;

  /** Items of a list. */
  static final int ITEMS = 1_000_000;

  /** Actions and calls. */
  static final int STEPS = 5_000_000;

  /** Templates within templates. */
  static final int CALLS = 200;

  private Limits() {}

  static void checkLength(long length) {
    if (length > LENGTH) {
      throw new FunctionException("the text is longer than " + LENGTH + " characters");
    }
  }

  static void checkItems(long items) {
    if (items > ITEMS) {
      throw new FunctionException("the list is longer than " + ITEMS + " items");
    }
  }

  static void checkDepth(int depth, int limit) {
    if (depth > limit) {
      throw new FunctionException("the value is nested more than " + limit + " deep");
    }
  }
}
