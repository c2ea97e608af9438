package io.portcullis.proxy.server;

import io.portcullis.core.entity.Service;
import io.portcullis.proxy.balancing.BalancedAddress;
import io.portcullis.proxy.balancing.Balancer;
import io.portcullis.proxy.balancing.Balancers;
import io.portcullis.proxy.balancing.Pick;
import io.portcullis.proxy.balancing.UpstreamBalancer;
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

  /** The target decides about the Host line. */
  private final boolean hostOfTarget;

  private final @Nullable ServiceTls tls;
  private final @Nullable FixedLine host;
  private final String serviceHost;

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
    this.hostOfTarget = route.upstream() != null && !route.route().preserveHost();
  }

  static Forwarding of(CompiledRoute route, Service service, Balancers balancers) {
    if (route.attachment() instanceof Forwarding made) {
      return made;
    }
    UpstreamBalancer upstream = route.upstream();
    Forwarding made =
        new Forwarding(route, service, upstream == null ? balancers.of(service) : upstream);
    route.attach(made);
    return made;
  }

  /** The {@code Host} line of a request to a target. */
  FixedLine host(PeerLines.HostName client, Pick.Target target) {
    if (host != null) {
      return host;
    }
    BalancedAddress balanced = target.balanced();
    return hostOfTarget && balanced != null
        ? balanced.hostLine(security != Security.CLEARTEXT)
        : client.line();
  }

  /** Where to connect for a target. */
  TargetAddress address(Pick.Target target, FixedLine hostLine) {
    if (security == Security.CLEARTEXT) {
      return protocol == Protocol.HTTP_2 ? target.cleartextHttp2() : target.cleartext();
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
}
