package io.portcullis.core.vault;

import org.jspecify.annotations.Nullable;

/** The environment variables of this process. */
@FunctionalInterface
public interface Environment {
  /** No variable is set. */
  Environment EMPTY = name -> null;

  /** The variable's value; null when it is not set. */
  @Nullable String variable(String name);
}
