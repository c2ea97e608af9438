package io.portcullis.proxy.server;

import io.portcullis.core.entity.Service;
import io.portcullis.proxy.balancing.Balancer;
import io.portcullis.proxy.balancing.Balancers;
import io.portcullis.proxy.balancing.Pick;
import io.portcullis.proxy.routing.CompiledRoute;
import io.portcullis.proxy.tls.ServiceTls;
import io.portcullis.proxy.upstream.CallTimeouts;
import io.portcullis.proxy.upstream.TargetAddress;
import io.portcullis.proxy.upstream.TargetAddress.Protocol;
import io.portcullis.proxy.upstream.TargetAddress.Security;
import io.portcullis.proxy.wire.FixedLine;
import org.jspecify.annotations.Nullable;

/** How the requests of one route go to its service, as far as that is the same for all. */
final class Forwarding {
  final Balancer balancer;
  final CallTimeouts timeouts;
  final int retries;
  final Security security;
  final Protocol protocol;
  final boolean holdsBody;
  private final @Nullable ServiceTls tls;
  private final @Nullable FixedLine host;
  private final String serviceHost;

  /** The last cleartext target and its address. */
  private volatile @Nullable Known known;

  private Forwarding(CompiledRoute route, Service service, Balancer balancer) {
    this.balancer = balancer;
    this.timeouts =
        new CallTimeouts(service.connectTimeout(), service.writeTimeout(), service.readTimeout());
    this.retries = Math.max(service.retries(), 0);
    this.security = security(service);
    this.tls = route.tls();
    this.protocol = protocol(service);
    // What streams in both directions cannot wait for the end of one.
    this.holdsBody = route.route().requestBuffering() && protocol == Protocol.HTTP_1_1;
    this.serviceHost = service.host();
    String name = route.hostHeader();
    this.host = name == null ? null : FixedLine.of("Host", name);
  }

  static Forwarding of(CompiledRoute route, Service service, Balancers balancers) {
    if (route.attachment() instanceof Forwarding made) {
      return made;
    }
    Forwarding made = new Forwarding(route, service, balancers.of(service));
    route.attach(made);
    return made;
  }

  /** The {@code Host} line of a request. */
  FixedLine host(PeerLines.HostName client) {
    if (host != null) {
      return host;
    }
    return client.line();
  }

  /** Where to connect for a target. */
  @SuppressWarnings("ReferenceEquality") // a balancer answers the same object for the same target
  TargetAddress address(Pick.Target target, FixedLine hostLine) {
    if (security == Security.CLEARTEXT) {
      Known last = known;
      if (last == null || last.target != target) {
        last = new Known(target, TargetAddress.cleartext(target.address(), protocol));
        known = last;
      }
      return last.address;
    }
    String name = PeerLines.HostName.of(hostLine.value()).host();
    return new TargetAddress(
        target.address(), security, name.isEmpty() ? serviceHost : name, tls, protocol);
  }

  private static Security security(Service service) {
    return switch (service.protocol()) {
      case "https", "grpcs", "wss", "tls" ->
          Boolean.TRUE.equals(service.tlsVerify())
              ? Security.TLS_VERIFIED
              : Security.TLS_UNVERIFIED;
      default -> Security.CLEARTEXT;
    };
  }

  private static Protocol protocol(Service service) {
    return switch (service.protocol()) {
      case "grpc", "grpcs" -> Protocol.HTTP_2;
      default -> Protocol.HTTP_1_1;
    };
  }

  private record Known(Pick.Target target, TargetAddress address) {}
}
