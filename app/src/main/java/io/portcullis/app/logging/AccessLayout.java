package io.portcullis.app.logging;

import io.portcullis.core.plugin.ExchangeLog;

/** How a finished exchange becomes a line of the access log. */
@FunctionalInterface
public interface AccessLayout {
  /** The line of one exchange, without its end; from any thread. */
  String of(ExchangeLog log);
}
