package io.portcullis.proxy.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks name servers: literal addresses and the hosts file first, then A records, then AAAA ones.
 * Answers are kept for their time to live; after it the old answer serves while a new one is on its
 * way.
 */
public final class DnsResolver implements AddressResolver {
  private static final Logger LOG = LoggerFactory.getLogger(DnsResolver.class);
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(2);
  private static final long HOSTS_TTL_SECONDS = 10;
  private static final long NOT_FOUND_TTL_SECONDS = 5;
  private static final long FAILURE_TTL_SECONDS = 1;
  private static final long STALE_SECONDS = 3600;
  private static final int MAX_ENTRIES = 50_000;

  private final LookupSession session;
  private final ServiceRecords services;
  private final HostsFileParser hosts;
  private final Executor virtualThreads;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  /**
   * @param servers name servers; empty takes the system's
   * @param virtualThreads runs what may read files
   */
  public DnsResolver(List<InetSocketAddress> servers, Executor virtualThreads) {
    List<InetSocketAddress> asked =
        servers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : servers;
    List<Resolver> resolvers = new ArrayList<>(asked.size());
    for (InetSocketAddress server : asked) {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(QUERY_TIMEOUT);
      resolvers.add(resolver);
    }
    ExtendedResolver all = new ExtendedResolver(resolvers);
    all.setTimeout(QUERY_TIMEOUT.multipliedBy(2));
    all.setRetries(2);
    this.session =
        LookupSession.builder()
            .resolver(all)
            .searchPath(ResolverConfig.getCurrentConfig().searchPath())
            .ndots(ResolverConfig.getCurrentConfig().ndots())
            .executor(virtualThreads)
            .build();
    this.services = new ServiceRecords(session, virtualThreads);
    this.hosts = new HostsFileParser();
    this.virtualThreads = virtualThreads;
  }

  @Override
  public @Nullable Resolution known(String host) {
    InetAddress literal = LiteralAddress.parse(host);
    if (literal != null) {
      return new Resolution.Addresses(List.of(literal));
    }
    Entry entry = entries.get(key(host));
    if (entry == null) {
      return null;
    }
    Resolution resolution = entry.resolution;
    if (resolution == null) {
      return null;
    }
    long age = System.nanoTime() - entry.expires;
    if (age < 0) {
      return resolution;
    }
    if (resolution instanceof Resolution.Addresses && age < STALE_SECONDS * 1_000_000_000L) {
      entry.ask(null);
      return resolution;
    }
    return null;
  }

  @Override
  public void resolve(String host, Consumer<Resolution> answer) {
    Resolution known = known(host);
    if (known != null) {
      answer.accept(known);
      return;
    }
    if (entries.size() > MAX_ENTRIES) {
      entries.clear();
    }
    entries.computeIfAbsent(key(host), Entry::new).ask(answer);
  }

  @Override
  public void services(String name, Consumer<List<ServiceTarget>> answer) {
    services.find(name, answer);
  }

  private static String key(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /** What is known of one name, and who waits for more. */
  private final class Entry {
    private final String host;
    private final List<Consumer<Resolution>> waiting = new ArrayList<>(1);
    private boolean asking;
    private volatile @Nullable Resolution resolution;
    private volatile long expires;

    Entry(String host) {
      this.host = host;
    }

    void ask(@Nullable Consumer<Resolution> answer) {
      synchronized (waiting) {
        if (answer != null) {
          waiting.add(answer);
        }
        if (asking) {
          return;
        }
        asking = true;
      }
      virtualThreads.execute(this::query);
    }

    private void query() {
      try {
        Resolution known = local();
        if (known != null) {
          answer(known, HOSTS_TTL_SECONDS);
          return;
        }
        Name name = Name.fromString(host);
        query(name, Type.A);
      } catch (TextParseException malformed) {
        answer(new Resolution.NotFound(), NOT_FOUND_TTL_SECONDS);
      } catch (RuntimeException | IOException problem) {
        answer(new Resolution.Failed(String.valueOf(problem.getMessage())), FAILURE_TTL_SECONDS);
      }
    }

    private @Nullable Resolution local() throws IOException {
      String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      // RFC 6761, section 6.3
      if (bare.equals("localhost") || bare.endsWith(".localhost")) {
        return new Resolution.Addresses(List.of(InetAddress.ofLiteral("127.0.0.1")));
      }
      Name absolute = Name.fromString(bare + ".");
      for (int type : new int[] {Type.A, Type.AAAA}) {
        InetAddress address = hosts.getAddressForHost(absolute, type).orElse(null);
        if (address != null) {
          return new Resolution.Addresses(List.of(address));
        }
      }
      return null;
    }

    private void query(Name name, int type) {
      session
          .lookupAsync(name, type, DClass.IN)
          .whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  answered(name, type, result);
                } else {
                  failed(name, type, failure);
                }
              });
    }

    private void answered(Name name, int type, LookupResult result) {
      List<InetAddress> addresses = new ArrayList<>(2);
      long ttl = Long.MAX_VALUE;
      for (Record entry : result.getRecords()) {
        switch (entry) {
          case ARecord four -> addresses.add(four.getAddress());
          case AAAARecord six -> addresses.add(six.getAddress());
          default -> {}
        }
        ttl = Math.min(ttl, entry.getTTL());
      }
      if (!addresses.isEmpty()) {
        answer(new Resolution.Addresses(addresses), Math.max(ttl, 1));
      } else if (type == Type.A) {
        query(name, Type.AAAA);
      } else {
        answer(new Resolution.NotFound(), NOT_FOUND_TTL_SECONDS);
      }
    }

    private void failed(Name name, int type, Throwable failure) {
      Throwable cause = failure;
      while (cause.getCause() != null
          && !(cause instanceof NoSuchDomainException)
          && !(cause instanceof NoSuchRRSetException)) {
        cause = cause.getCause();
      }
      boolean none = cause instanceof NoSuchDomainException;
      if (cause instanceof NoSuchRRSetException) {
        if (type == Type.A) {
          query(name, Type.AAAA);
          return;
        }
        none = true;
      }
      if (none) {
        answer(new Resolution.NotFound(), NOT_FOUND_TTL_SECONDS);
      } else {
        String problem = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        LOG.warn("{} cannot be resolved: {}", host, problem);
        answer(new Resolution.Failed(problem), FAILURE_TTL_SECONDS);
      }
    }

    private void answer(Resolution found, long ttlSeconds) {
      List<Consumer<Resolution>> told;
      synchronized (waiting) {
        boolean stale =
            found instanceof Resolution.Failed && resolution instanceof Resolution.Addresses;
        if (!stale) {
          resolution = found;
        }
        expires = System.nanoTime() + ttlSeconds * 1_000_000_000L;
        asking = false;
        told = List.copyOf(waiting);
        waiting.clear();
      }
      told.forEach(waiter -> waiter.accept(found));
    }
  }
}
