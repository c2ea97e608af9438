package io.portcullis.app.declarative;

import java.io.IOException;

/** A declarative file that is no YAML or JSON; the message is one line. */
final class UnreadableFileException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableFileException(String message) {
    super(message);
  }
}
