package io.portcullis.plugins.correlationid;

import io.portcullis.core.plugin.Connection;
import io.portcullis.core.plugin.Exchange;
import java.time.InstantSource;

/**
 * Identifiers that tell where and when a request came: {@code
 * address-port-process-connection-request-seconds.millis}, the first two of the listener.
 */
record Tracker(long processId, InstantSource clock) implements IdentifierSource {
  private static final int MILLIS = 1000;

  @Override
  public String next(Exchange exchange) {
    Connection connection = exchange.request().connection();
    long now = clock.millis();
    int millis = (int) (now % MILLIS);
    return connection.serverAddress()
        + '-'
        + connection.serverPort()
        + '-'
        + processId
        + '-'
        + connection.number()
        + '-'
        + connection.requests()
        + '-'
        + now / MILLIS
        + (millis < 10 ? ".00" : millis < 100 ? ".0" : ".")
        + millis;
  }
}
