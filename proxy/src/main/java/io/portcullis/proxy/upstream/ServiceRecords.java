package io.portcullis.proxy.upstream;

import io.portcullis.proxy.upstream.AddressResolver.ServiceTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;

/**
 * SRV records (RFC 2782), kept for their time to live. When it is over, the old ones serve until
 * there are new ones, also when nobody answers. Thread-safe.
 */
final class ServiceRecords {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRecords.class);
  private static final long FAILURE_TTL_SECONDS = 1;
  private static final int MAX_ENTRIES = 10_000;

  private final LookupSession session;
  private final Executor virtualThreads;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  ServiceRecords(LookupSession session, Executor virtualThreads) {
    this.session = session;
    this.virtualThreads = virtualThreads;
  }

  /**
   * @param answer called once, on any thread, perhaps during the call; empty when there are none
   */
  void find(String name, Consumer<List<ServiceTarget>> answer) {
    if (entries.size() > MAX_ENTRIES) {
      entries.clear();
    }
    Entry entry =
        entries.compute(
            name.toLowerCase(Locale.ROOT),
            (key, known) -> known == null || known.isOver() ? new Entry(key, known) : known);
    entry.tell(answer);
  }

  /** One question and its answer. */
  private final class Entry {
    private final CompletableFuture<List<ServiceTarget>> found = new CompletableFuture<>();
    private final List<ServiceTarget> before;
    private volatile long expires;

    Entry(String name, @Nullable Entry known) {
      this.before = known == null ? List.of() : known.found.getNow(List.of());
      virtualThreads.execute(() -> ask(name));
    }

    boolean isOver() {
      return found.isDone() && System.nanoTime() - expires >= 0;
    }

    void tell(Consumer<List<ServiceTarget>> answer) {
      if (!found.isDone() && !before.isEmpty()) {
        answer.accept(before);
      } else {
        found.thenAccept(answer);
      }
    }

    private void ask(String name) {
      try {
        session
            .lookupAsync(Name.fromString(name), Type.SRV, DClass.IN)
            .whenComplete((result, failure) -> answered(name, result, failure));
      } catch (TextParseException | RuntimeException problem) {
        answered(name, null, problem);
      }
    }

    private void answered(String name, @Nullable LookupResult result, @Nullable Throwable failure) {
      if (result == null) {
        LOG.warn("{} has no SRV records: {}", name, failure == null ? "" : failure.toString());
        complete(before, FAILURE_TTL_SECONDS);
        return;
      }
      List<ServiceTarget> targets = new ArrayList<>(2);
      long ttl = Long.MAX_VALUE;
      for (Record entry : result.getRecords()) {
        if (entry instanceof SRVRecord service) {
          ttl = Math.min(ttl, service.getTTL());
          String host = service.getTarget().toString(true);
          if (!host.isEmpty() && !host.equals(".")) {
            targets.add(
                new ServiceTarget(
                    host, service.getPort(), service.getPriority(), service.getWeight()));
          }
        }
      }
      complete(List.copyOf(targets), targets.isEmpty() ? FAILURE_TTL_SECONDS : Math.max(ttl, 1));
    }

    private void complete(List<ServiceTarget> targets, long ttlSeconds) {
      expires = System.nanoTime() + Math.min(ttlSeconds, Integer.MAX_VALUE) * 1_000_000_000L;
      found.complete(targets);
    }
  }
}
