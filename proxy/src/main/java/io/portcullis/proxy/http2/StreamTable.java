package io.portcullis.proxy.http2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of a connection by their identifiers, and a memory of those closed lately.
 *
 * @param <S> the streams
 */
public final class StreamTable<S extends StreamTable.Entry<S>> {
  private static final int BUCKETS = 64;
  private static final int MEMORY = 128;
  private final List<@Nullable S> buckets = new ArrayList<>(BUCKETS);

  /** Identifiers of closed streams, negative where we reset them. */
  private final int[] closed = new int[MEMORY];

  private int closings;
  private int size;

  /**
   * A stream, as far as its table is concerned.
   *
   * @param <S> the stream itself
   */
  public abstract static class Entry<S> {
    private @Nullable S following;

    /** The identifier; does not change while the stream is in the table. */
    public abstract int id();
  }

  public StreamTable() {
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(null);
    }
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public @Nullable S get(int id) {
    S stream = buckets.get(bucket(id));
    while (stream != null && stream.id() != id) {
      stream = following(stream);
    }
    return stream;
  }

  public void add(S stream) {
    int bucket = bucket(stream.id());
    link(stream, buckets.get(bucket));
    buckets.set(bucket, stream);
    size++;
  }

  /** Takes a stream out and remembers it. */
  public void remove(S stream, boolean resetByUs) {
    int bucket = bucket(stream.id());
    S before = null;
    for (S at = buckets.get(bucket); at != null; at = following(at)) {
      if (at.id() == stream.id()) {
        S next = following(at);
        if (before == null) {
          buckets.set(bucket, next);
        } else {
          link(before, next);
        }
        link(at, null);
        size--;
        break;
      }
      before = at;
    }
    remember(stream.id(), resetByUs);
  }

  /** Remembers a stream that is closed. */
  public void remember(int id, boolean resetByUs) {
    closed[closings++ & MEMORY - 1] = resetByUs ? -id : id;
  }

  /** Whether we reset a stream lately, so that frames for it may still be on their way. */
  public boolean wasReset(int id) {
    return remembers(-id);
  }

  /** Whether a stream ended lately in another way. */
  public boolean wasClosed(int id) {
    return remembers(id);
  }

  /** All streams, in no order. */
  public List<S> all() {
    List<S> all = new ArrayList<>(size);
    for (S first : buckets) {
      for (S stream = first; stream != null; stream = following(stream)) {
        all.add(stream);
      }
    }
    return all;
  }

  private @Nullable S following(S stream) {
    Entry<S> entry = stream;
    return entry.following;
  }

  private void link(S stream, @Nullable S next) {
    Entry<S> entry = stream;
    entry.following = next;
  }

  private boolean remembers(int id) {
    for (int known : closed) {
      if (known == id) {
        return true;
      }
    }
    return false;
  }

  private static int bucket(int id) {
    return id >>> 1 & BUCKETS - 1;
  }
}
