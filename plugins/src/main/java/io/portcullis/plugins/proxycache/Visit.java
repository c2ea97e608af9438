package io.portcullis.plugins.proxycache;

import org.jspecify.annotations.Nullable;

/** What the cache had to do with one exchange. Belongs to it. */
final class Visit {
  /** What {@code X-Cache-Status} says. */
  enum Status {
    HIT("Hit"),
    MISS("Miss"),
    REFRESH("Refresh"),
    BYPASS("Bypass");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** Null when the request cannot be answered from the cache. */
  final @Nullable String key;

  /** The answer of a hit. */
  final @Nullable StoredAnswer stored;

  /** Null when nothing is to be said. */
  @Nullable Status status;

  /** Collects the answer that is to be kept. */
  @Nullable AnswerRecorder recorder;

  Visit(@Nullable String key, @Nullable Status status, @Nullable StoredAnswer stored) {
    this.key = key;
    this.status = status;
    this.stored = stored;
  }
}
