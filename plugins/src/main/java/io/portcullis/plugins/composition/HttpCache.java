package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers in memory, within bounds: what has not been used since it was looked at last goes first.
 * Thread-safe without locks.
 */
final class HttpCache {
  /** What a cache that several backends share keeps: 64 MiB, 10,000 answers. */
  static final long SHARED_SIZE = 64L << 20;

  static final int SHARED_ITEMS = 10_000;

  /** What an entry takes beside its body, roughly. */
  private static final int OVERHEAD = 1024;

  /** A kept answer. Its header lines are only copied, never read in place. */
  static final class Entry {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    /** Milliseconds since 1970. */
    final long freshUntil;

    /** Until when it may stand in for a failure, likewise. */
    final long staleUntil;

    final @Nullable String etag;
    final @Nullable String lastModified;

    /** Names and values of the request's lines that it is for, in turn; absent ones are empty. */
    private final String[] vary;

    private volatile boolean used;

    Entry(
        Answer answer,
        long freshUntil,
        long staleUntil,
        @Nullable String etag,
        @Nullable String lastModified,
        String[] vary) {
      this.status = answer.status();
      this.headers = answer.headers();
      this.body = answer.body();
      this.freshUntil = freshUntil;
      this.staleUntil = staleUntil;
      this.etag = etag;
      this.lastModified = lastModified;
      this.vary = vary;
    }

    Answer answer() {
      return new Answer(status, headers.copy(), body);
    }

    boolean isFor(Headers request) {
      for (int i = 0; i < vary.length; i += 2) {
        String value = request.get(vary[i]);
        if (!vary[i + 1].equals(value == null ? "" : value)) {
          return false;
        }
      }
      return true;
    }

    long size() {
      return body.length + (long) OVERHEAD;
    }
  }

  private final long maxSize;
  private final int maxItems;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Queue<String> order = new ConcurrentLinkedQueue<>();
  private final AtomicLong size = new AtomicLong();
  private final AtomicInteger items = new AtomicInteger();

  HttpCache(long maxSize, int maxItems) {
    this.maxSize = maxSize;
    this.maxItems = maxItems;
  }

  @Nullable Entry get(String key) {
    Entry entry = entries.get(key);
    if (entry != null && !entry.used) {
      entry.used = true;
    }
    return entry;
  }

  void put(String key, Entry entry) {
    if (entry.size() > maxSize) {
      remove(key);
      return;
    }
    Entry replaced = entries.put(key, entry);
    size.addAndGet(entry.size() - (replaced == null ? 0 : replaced.size()));
    if (replaced == null) {
      items.incrementAndGet();
      order.add(key);
    }
    while (size.get() > maxSize || items.get() > maxItems) {
      String oldest = order.poll();
      if (oldest == null) {
        return;
      }
      Entry candidate = entries.get(oldest);
      if (candidate != null && candidate.used) {
        candidate.used = false;
        order.add(oldest);
      } else {
        forget(oldest);
      }
    }
  }

  void remove(String key) {
    if (forget(key)) {
      order.remove(key);
    }
  }

  private boolean forget(String key) {
    Entry removed = entries.remove(key);
    if (removed == null) {
      return false;
    }
    items.decrementAndGet();
    size.addAndGet(-removed.size());
    return true;
  }
}
