package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Certificate;
import io.portcullis.core.entity.Service;
import io.portcullis.core.entity.Sni;
import io.portcullis.core.tls.CertificateChain;
import io.portcullis.proxy.tls.LiveCertificates;
import io.portcullis.proxy.tls.ServiceTls;
import io.portcullis.proxy.tls.ShownKeys;
import io.portcullis.proxy.tls.SniIndex;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Certificates, server names and authorities as this node knows them, and what follows from them
 * for listeners and services. Belongs to the thread of {@link ConfigurationModel}.
 */
final class CertificateModel {
  private final LiveCertificates live;
  private final Function<String, @Nullable UUID> ofUpstream;
  private final Map<UUID, ShownKeys> certificates = new HashMap<>();
  private final Map<UUID, X509Certificate> authorities = new HashMap<>();
  private final Map<UUID, Sni> snis = new HashMap<>();
  private final Map<UUID, Set<UUID>> snisOfCertificate = new HashMap<>();

  /** By name as handshakes compare it: stored names may differ in case alone. */
  private final Map<String, NavigableSet<UUID>> snisOfName = new HashMap<>();

  /** Services by what they use: certificates and authorities, there or not. */
  private final Map<UUID, Set<UUID>> users = new HashMap<>();

  private final Map<UUID, List<UUID>> usedBy = new HashMap<>();

  /** Services that say more than whether to verify. */
  private final Set<UUID> wishing = new HashSet<>();

  private final Set<UUID> touchedServices = new HashSet<>();
  private SniIndex index;

  /**
   * @param ofUpstream the client certificate of the upstream of a name, if there is one
   */
  CertificateModel(LiveCertificates live, Function<String, @Nullable UUID> ofUpstream) {
    this.live = live;
    this.ofUpstream = ofUpstream;
    this.index = live.current();
  }

  /**
   * Adds, replaces or removes a certificate.
   *
   * @param body null when it is gone
   * @throws IllegalArgumentException when it cannot be shown; it is then as if it were gone
   */
  void changeCertificate(UUID id, @Nullable ObjectNode body) {
    touchedServices.addAll(users.getOrDefault(id, Set.of()));
    certificates.remove(id);
    try {
      if (body != null) {
        certificates.put(id, ShownKeys.of(Certificate.of(body)));
      }
    } finally {
      live.change(id, certificates.get(id));
      for (UUID sni : snisOfCertificate.getOrDefault(id, Set.of())) {
        Sni named = snis.get(sni);
        if (named != null) {
          show(SniIndex.normal(named.name()));
        }
      }
    }
  }

  void changeSni(UUID id, @Nullable ObjectNode body) {
    Sni former = snis.remove(id);
    if (former != null) {
      String name = SniIndex.normal(former.name());
      forget(snisOfName, name, id);
      forget(snisOfCertificate, former.certificate(), id);
      show(name);
    }
    if (body != null) {
      Sni sni = Sni.of(body);
      String name = SniIndex.normal(sni.name());
      snis.put(id, sni);
      snisOfCertificate.computeIfAbsent(sni.certificate(), of -> new HashSet<>()).add(id);
      snisOfName.computeIfAbsent(name, of -> new TreeSet<>()).add(id);
      show(name);
    }
  }

  private static <K, S extends Set<UUID>> void forget(Map<K, S> map, K key, UUID id) {
    map.computeIfPresent(key, (of, ids) -> ids.remove(id) && ids.isEmpty() ? null : ids);
  }

  /** Of several rows with one name the first that has something to show decides. */
  private void show(String name) {
    for (UUID id : snisOfName.getOrDefault(name, Collections.emptyNavigableSet())) {
      Sni sni = snis.get(id);
      ShownKeys keys = sni == null ? null : certificates.get(sni.certificate());
      if (keys != null) {
        index = index.with(name, keys);
        return;
      }
    }
    index = index.without(name);
  }

  /**
   * Adds, replaces or removes an authority.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  void changeAuthority(UUID id, @Nullable ObjectNode body) {
    touchedServices.addAll(users.getOrDefault(id, Set.of()));
    authorities.remove(id);
    if (body != null) {
      try {
        authorities.put(id, CertificateChain.parse(body.path("cert").asString("")).first());
      } catch (CertificateException broken) {
        throw new IllegalArgumentException("cert: " + broken.getMessage(), broken);
      }
    }
  }

  /** Notes what a service uses; null when it is gone. */
  void changeService(UUID id, @Nullable Service service) {
    for (UUID used : usedBy.getOrDefault(id, List.of())) {
      forget(users, used, id);
    }
    usedBy.remove(id);
    boolean former = wishing.remove(id);
    boolean now =
        service != null
            && (clientCertificate(service) != null
                || service.tlsVerifyDepth() != null
                || !service.caCertificates().isEmpty());
    if (former || now) {
      touchedServices.add(id);
    }
    if (service == null || !now) {
      return;
    }
    wishing.add(id);
    List<UUID> uses = new ArrayList<>(service.caCertificates());
    UUID certificate = clientCertificate(service);
    if (certificate != null) {
      uses.add(certificate);
    }
    if (!uses.isEmpty()) {
      usedBy.put(id, uses);
      uses.forEach(used -> users.computeIfAbsent(used, of -> new HashSet<>()).add(id));
    }
  }

  private @Nullable UUID clientCertificate(Service service) {
    UUID own = service.clientCertificate();
    return own == null ? ofUpstream.apply(service.host()) : own;
  }

  /** The services whose wishes may have changed since the last call. */
  Set<UUID> touchedServices() {
    Set<UUID> touched = Set.copyOf(touchedServices);
    touchedServices.clear();
    return touched;
  }

  /**
   * What a service wants of TLS.
   *
   * @param former what it wanted before, which stays if it is the same
   * @return null for nothing of its own
   * @throws IllegalArgumentException when it names what is not there or cannot be used
   */
  @Nullable ServiceTls tls(Service service, @Nullable ServiceTls former) {
    boolean verify = Boolean.TRUE.equals(service.tlsVerify());
    UUID certificate = clientCertificate(service);
    boolean ownTrust =
        verify && (!service.caCertificates().isEmpty() || service.tlsVerifyDepth() != null);
    if (certificate == null && !ownTrust) {
      return null;
    }
    ShownKeys shown = certificate == null ? null : certificates.get(certificate);
    if (certificate != null && shown == null) {
      throw new IllegalArgumentException(
          "its client certificate " + certificate + " is missing or cannot be shown");
    }
    ServiceTls.Wishes wishes =
        new ServiceTls.Wishes(
            shown,
            verify,
            verify ? trusted(service) : Set.of(),
            verify ? service.tlsVerifyDepth() : null);
    if (former != null && former.wishes().equals(wishes)) {
      return former;
    }
    try {
      return ServiceTls.of(wishes);
    } catch (GeneralSecurityException broken) {
      throw new IllegalArgumentException("TLS: " + broken.getMessage(), broken);
    }
  }

  /** Those that are there: trust in one of several is enough. */
  private Set<X509Certificate> trusted(Service service) {
    Set<X509Certificate> trusted = new HashSet<>();
    for (UUID id : service.caCertificates()) {
      X509Certificate authority = authorities.get(id);
      if (authority != null) {
        trusted.add(authority);
      }
    }
    if (trusted.isEmpty() && !service.caCertificates().isEmpty()) {
      throw new IllegalArgumentException(
          "none of its CA certificates is there: " + service.caCertificates());
    }
    return trusted;
  }

  /** Lets handshakes see what was changed. */
  void publish() {
    live.replace(index);
  }
}
