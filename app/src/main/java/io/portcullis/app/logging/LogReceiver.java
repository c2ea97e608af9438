package io.portcullis.app.logging;

import java.util.logging.LogRecord;

/** Takes entries of the error log beside its files. Thread-safe; never blocks. */
interface LogReceiver {
  void take(LogRecord entry);
}
