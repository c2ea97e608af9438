package io.portcullis.plugins.composition.encoding;

/** An answer is not in the encoding that was configured for it; the message says why. */
public final class UnreadableAnswerException extends Exception {
  public UnreadableAnswerException(String message) {
    super(message);
  }
}
