package io.portcullis.proxy.server;

import io.portcullis.core.plugin.ExchangeLog;

/** Told of every finished exchange, on its I/O thread; must not block. */
@FunctionalInterface
public interface AccessLog {
  void record(ExchangeLog exchange);
}
