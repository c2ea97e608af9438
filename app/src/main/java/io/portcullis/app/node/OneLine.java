package io.portcullis.app.node;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/**
 * Says a failure in the one line that a person at a terminal needs; a file's problems have one
 * each.
 */
public final class OneLine {
  private OneLine() {}

  /** The line. */
  public static String of(Throwable failure) {
    String message = text(failure);
    @Nullable Throwable cause = failure.getCause();
    while (cause != null) {
      if (cause instanceof BindException || cause.getCause() == null) {
        String why = text(cause);
        if (!message.contains(why)) {
          message += ": " + why;
        }
      }
      cause = cause.getCause();
    }
    return message.strip();
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
