package io.portcullis.app.logging;

import java.util.logging.LogRecord;

/** What an entry of the error log looks like. Thread-safe. */
interface ErrorLayout {
  /** The text without its end; several lines when something was thrown. */
  String of(LogRecord entry);
}
