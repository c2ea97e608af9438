package io.portcullis.admin.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** The Admin API on its listeners. Listens from the moment it is made until it is closed. */
public final class AdminServer implements AutoCloseable {
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  private final HttpListeners listeners;

  /**
   * Starts listening.
   *
   * @param serverToken value of {@code Server}, {@code kong/3.9.1}
   * @throws RuntimeException when an address cannot be bound; nothing listens then
   */
  public AdminServer(
      List<Listener> addresses, AdminProtection protection, String serverToken, AdminApi api) {
    this(addresses, protection, serverToken, api.endpoints());
  }

  AdminServer(
      List<Listener> addresses,
      AdminProtection protection,
      String serverToken,
      Collection<Endpoint> endpoints) {
    CallLimit calls = new CallLimit(protection.callsPerSecond());
    PathTable paths = new PathTable(endpoints);
    this.listeners =
        new HttpListeners(
            addresses,
            (listener, executor) ->
                new AdminExchangeHandler(
                    paths, protection, calls, listener.isLoopback(), serverToken, executor));
  }

  /** Where it listens, in the order of the configured listeners. */
  public List<InetSocketAddress> addresses() {
    return listeners.addresses();
  }

  /** Refuses new calls and gives those under way some time. */
  public void stop(Duration grace) {
    listeners.stop(grace);
  }

  @Override
  public void close() {
    stop(DEFAULT_GRACE);
  }
}
