package io.portcullis.plugins.kafkaupstream;

/** A body is not what its content type says. */
final class UnreadableBodyException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableBodyException(String message) {
    super(message, null, false, false);
  }
}
