package io.portcullis.core.schema;

import java.util.UUID;

/** Values that the server makes up. Thread-safe. */
public interface RandomValues {
  /** A version 4 UUID. */
  UUID uuid();

  /** {@code length} random letters and digits, fit for a secret. */
  String token(int length);
}
