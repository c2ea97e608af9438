package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Response;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies a body while it passes, and keeps the answer when it is complete. Gives up, and lets go of
 * what it has, when the body is too long or too much is being collected. One thread at a time.
 */
final class AnswerRecorder implements BodyFilter {
  private static final int SMALLEST = 4096;
  private static final byte[] EMPTY = new byte[0];

  private final AnswerCache cache;
  private final String key;
  private final Response response;
  private final List<Reply.HeaderLine> lines;
  private final List<Reply.HeaderLine> varying;
  private final int status;
  private final long storedAt;
  private final long freshFor;
  private final long keptFor;
  private byte[] body = EMPTY;
  private int length;
  private boolean over;

  /** Takes everything but the body; the key was begun in the cache. */
  AnswerRecorder(
      AnswerCache cache,
      String key,
      Response response,
      List<Reply.HeaderLine> varying,
      long storedAt,
      long freshFor,
      long keptFor) {
    this.cache = cache;
    this.key = key;
    this.response = response;
    this.lines = StoredAnswer.lines(response.headers());
    this.varying = varying;
    this.status = response.status();
    this.storedAt = storedAt;
    this.freshFor = freshFor;
    this.keptFor = keptFor;
  }

  @Override
  public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
    if (!over) {
      append(chunk);
    }
    if (chunk.hasRemaining()) {
      out.accept(chunk.duplicate());
    }
    if (last && !over) {
      keep();
    }
  }

  @Override
  public boolean keepsLength() {
    return true;
  }

  /** Ends what is not complete; a second call makes no difference. */
  void abandon() {
    if (!over) {
      over = true;
      cache.release(body.length);
      body = EMPTY;
      cache.end(key);
    }
  }

  private void keep() {
    Headers trailers = response.trailers();
    if (trailers == null || trailers.size() == 0) {
      byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
      Reply.Exit reply = new Reply.Exit(status, lines, whole, true);
      cache.put(key, new StoredAnswer(reply, storedAt, freshFor, keptFor, varying));
    }
    abandon();
  }

  private void append(ByteBuffer chunk) {
    int added = chunk.remaining();
    if (added == 0) {
      return;
    }
    if (added > cache.longestBody() - length || !makeRoom(length + added)) {
      abandon();
      return;
    }
    chunk.get(chunk.position(), body, length, added);
    length += added;
  }

  private boolean makeRoom(int needed) {
    if (needed <= body.length) {
      return true;
    }
    int capacity = (int) Math.min(cache.longestBody(), Math.max(needed, 2L * body.length));
    capacity = Math.max(capacity, Math.max(needed, SMALLEST));
    if (!cache.reserve(capacity - body.length)) {
      return false;
    }
    body = Arrays.copyOf(body, capacity);
    return true;
  }
}
