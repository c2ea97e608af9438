package io.portcullis.proxy.server;

import io.portcullis.proxy.balancing.Balancers;
import io.portcullis.proxy.sync.LiveRoutingTable;
import io.portcullis.proxy.upstream.UpstreamClient;
import io.portcullis.proxy.wire.FixedLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges share. Immutable.
 *
 * @param clients one for each I/O thread, by its index
 * @param accessLog null when nobody wants it
 * @param via the value of {@code Via} in answers, which targets give in HTTP/1.1
 * @param viaLine the same as a line for targets, about a request in HTTP/1.1
 * @param viaLine2 about one in HTTP/2
 */
record Gateway(
    GatewaySettings settings,
    LiveRoutingTable table,
    Balancers balancers,
    List<UpstreamClient> clients,
    @Nullable AccessLog accessLog,
    String via,
    FixedLine viaLine,
    FixedLine viaLine2) {

  static Gateway of(
      GatewaySettings settings,
      LiveRoutingTable table,
      Balancers balancers,
      List<UpstreamClient> clients,
      @Nullable AccessLog accessLog) {
    String via = "1.1 " + settings.serverToken();
    return new Gateway(
        settings,
        table,
        balancers,
        List.copyOf(clients),
        accessLog,
        via,
        FixedLine.of("Via", via),
        FixedLine.of("Via", "2 " + settings.serverToken()));
  }
}
