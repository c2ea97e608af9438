package io.portcullis.plugins.correlationid;

import io.portcullis.core.plugin.Exchange;

/** Makes the identifiers of requests that came without one. Thread-safe, and never waits. */
@FunctionalInterface
interface IdentifierSource {
  /** An identifier that no other exchange has. */
  String next(Exchange exchange);
}
