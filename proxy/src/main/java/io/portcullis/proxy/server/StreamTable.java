package io.portcullis.proxy.server;

import org.jspecify.annotations.Nullable;

/** The open streams of a connection by their identifiers, and a memory of those closed lately. */
final class StreamTable {
  private static final int BUCKETS = 64;
  private static final int MEMORY = 128;
  private final @Nullable Http2Stream[] buckets = new @Nullable Http2Stream[BUCKETS];

  /** Identifiers of closed streams, negative where we reset them. */
  private final int[] closed = new int[MEMORY];

  private int closings;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable Http2Stream get(int id) {
    Http2Stream stream = buckets[bucket(id)];
    while (stream != null && stream.id() != id) {
      stream = stream.following;
    }
    return stream;
  }

  void add(Http2Stream stream) {
    int bucket = bucket(stream.id());
    stream.following = buckets[bucket];
    buckets[bucket] = stream;
    size++;
  }

  /** Takes a stream out and remembers it. */
  void remove(Http2Stream stream, boolean resetByUs) {
    int bucket = bucket(stream.id());
    Http2Stream before = null;
    for (Http2Stream at = buckets[bucket]; at != null; at = at.following) {
      if (at.id() == stream.id()) {
        if (before == null) {
          buckets[bucket] = at.following;
        } else {
          before.following = at.following;
        }
        at.following = null;
        size--;
        break;
      }
      before = at;
    }
    remember(stream.id(), resetByUs);
  }

  /** Remembers a stream that is closed. */
  void remember(int id, boolean resetByUs) {
    closed[closings++ & MEMORY - 1] = resetByUs ? -id : id;
  }

  /** Whether we reset a stream lately, so that frames for it may still be on their way. */
  boolean wasReset(int id) {
    return remembers(-id);
  }

  /** Whether a stream ended lately in another way. */
  boolean wasClosed(int id) {
    return remembers(id);
  }

  /** All streams, in no order. */
  Http2Stream[] all() {
    Http2Stream[] all = new Http2Stream[size];
    int i = 0;
    for (Http2Stream first : buckets) {
      for (Http2Stream stream = first; stream != null; stream = stream.following) {
        all[i++] = stream;
      }
    }
    return all;
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
