package io.portcullis.plugins.jose;

/** A token that cannot be what it claims to be; the message is the one the caller gets. */
public final class InvalidTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidTokenException(String message) {
    super(message, null, false, false); // expected and frequent: no stack trace
  }
}
