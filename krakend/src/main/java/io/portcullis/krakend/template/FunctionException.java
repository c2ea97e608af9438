package io.portcullis.krakend.template;

/** A function cannot answer for its arguments; whoever called it knows the place. */
final class FunctionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FunctionException(String message) {
    super(message, null, false, false);
  }
}
