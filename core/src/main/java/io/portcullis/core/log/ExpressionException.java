package io.portcullis.core.log;

/** A custom log field that cannot be parsed, or has no value for an exchange. */
public final class ExpressionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message tells what was found and what was expected. */
  public ExpressionException(String message) {
    super(message);
  }
}
