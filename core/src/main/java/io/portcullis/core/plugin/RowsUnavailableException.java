package io.portcullis.core.plugin;

/** The database does not answer, or is too busy to. */
public final class RowsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RowsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
