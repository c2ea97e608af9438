package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.Target;
import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import io.portcullis.proxy.upstream.LiteralAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A target of an upstream with the addresses that its name leads to at the moment. Guarded by its
 * upstream's lock.
 */
final class NamedTarget {
  private final HealthWatch watch;
  private final boolean literal;
  private Target target;
  private @Nullable String hostHeader;
  private List<BalancedAddress> addresses = List.of();
  private @Nullable Resolution last;
  private boolean asking;

  NamedTarget(HealthWatch watch, Target target, @Nullable String hostHeader) {
    this.watch = watch;
    this.target = target;
    this.hostHeader = hostHeader;
    InetAddress address = LiteralAddress.parse(target.host());
    this.literal = address != null;
    if (address != null) {
      resolved(new Resolution.Addresses(List.of(address)));
    }
  }

  Target target() {
    return target;
  }

  List<BalancedAddress> addresses() {
    return addresses;
  }

  /** Whether its addresses have to be asked for, now and then. */
  boolean needsResolving() {
    return !literal;
  }

  /** Whether nothing at all is known of its name yet. */
  boolean isUnknown() {
    return last == null;
  }

  /** Whether a question is on its way; to be ended by {@link #resolved}. */
  boolean isAsking() {
    return asking;
  }

  void asks() {
    asking = true;
  }

  /** Takes over what changed of the entity, whose host and port are the same. */
  void change(Target changed, @Nullable String changedHostHeader) {
    target = changed;
    hostHeader = changedHostHeader;
    for (BalancedAddress address : addresses) {
      address.weight(changed.weight());
      address.hostHeader(changedHostHeader);
    }
  }

  /**
   * Takes an answer for its name. An address that stays keeps its health and its load. When name
   * servers fail, what was known stays; when they say that there is no such name, it does not.
   *
   * @return whether the addresses are others now, or something is known for the first time
   */
  @SuppressWarnings("ReferenceEquality") // another object means another answer, cheaply told
  boolean resolved(Resolution resolution) {
    asking = false;
    if (resolution == last) {
      return false;
    }
    boolean first = last == null;
    last = resolution;
    return switch (resolution) {
      case Resolution.Addresses found -> replace(found.addresses()) || first;
      case Resolution.NotFound _ -> replace(List.of()) || first;
      case Resolution.Failed _ -> first;
    };
  }

  private boolean replace(List<InetAddress> found) {
    Set<InetAddress> wanted = new LinkedHashSet<>(found);
    List<BalancedAddress> next = new ArrayList<>(wanted.size());
    for (BalancedAddress address : addresses) {
      if (wanted.remove(address.target().address().getAddress())) {
        next.add(address);
      }
    }
    if (wanted.isEmpty() && next.size() == addresses.size()) {
      return false;
    }
    for (InetAddress address : wanted) {
      next.add(
          new BalancedAddress(
              watch,
              target.target(),
              target.host(),
              address,
              target.port(),
              target.weight(),
              hostHeader));
    }
    addresses = List.copyOf(next);
    return true;
  }

  /** Type of the DNS records that the addresses came from. */
  String recordType() {
    return !addresses.isEmpty()
            && addresses.getFirst().target().address().getAddress() instanceof Inet6Address
        ? "AAAA"
        : "A";
  }
}
