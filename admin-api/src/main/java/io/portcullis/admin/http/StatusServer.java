package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Health and metrics on listeners of their own, for probes that must not see the Admin API: {@code
 * /status}, {@code /status/ready}, and pages such as {@code /metrics}.
 */
public final class StatusServer implements AutoCloseable {
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(1);

  private final HttpListeners listeners;

  /**
   * Starts listening.
   *
   * @param pages more pages by path
   */
  public StatusServer(
      List<Listener> addresses,
      NodeDescription description,
      EntityAccess entities,
      NodeStatus status,
      Map<String, AdminPage> pages) {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(Endpoint.get("/status", new StatusPage(description, entities, status)));
    endpoints.add(
        Endpoint.get(
            "/status/ready",
            request ->
                status
                    .notReady()
                    .map(reason -> AdminResponse.message(503, reason))
                    .orElseGet(() -> AdminResponse.message(200, "ready"))));
    pages.forEach((path, page) -> endpoints.add(Endpoint.get(path, page)));
    PathTable paths = new PathTable(endpoints);
    // Probes come under any name, and nothing here writes.
    this.listeners =
        new HttpListeners(
            addresses,
            (listener, executor) ->
                new AdminExchangeHandler(
                    paths,
                    AdminProtection.of(AccessRules.standard()),
                    new CallLimit(0),
                    /* loopback= */ false,
                    description.node().serverToken(),
                    executor));
  }

  /** Where it listens, in the order of the configured listeners. */
  public List<InetSocketAddress> addresses() {
    return listeners.addresses();
  }

  @Override
  public void close() {
    listeners.stop(DEFAULT_GRACE);
  }
}
