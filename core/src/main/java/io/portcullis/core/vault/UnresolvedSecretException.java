package io.portcullis.core.vault;

import java.io.Serial;

/** A reference leads to no secret. Its message names what is missing, never a secret. */
public final class UnresolvedSecretException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  UnresolvedSecretException(String message) {
    super(message);
  }
}
