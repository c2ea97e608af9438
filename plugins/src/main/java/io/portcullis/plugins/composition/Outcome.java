package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller;
import java.util.Map;

/** What came of calling one backend, or several. */
sealed interface Outcome {
  /**
   * Data for the answer.
   *
   * @param data belongs to whoever gets it
   * @param complete whether nothing is missing
   * @param failures whether something is missing because a call failed
   */
  record Part(Map<String, Object> data, boolean complete, boolean failures) implements Outcome {
    /** What came without a failure. */
    Part(Map<String, Object> data, boolean complete) {
      this(data, complete, false);
    }
  }

  /** An answer that was not read: it passes as it is, or has no data for others. */
  record Raw(UpstreamCaller.Answer answer) implements Outcome {}

  /**
   * No data.
   *
   * @param message why, as it may be shown to the client
   * @param status what the client gets if there is nothing else to answer
   * @param contentType of {@code message}; empty for plain text
   */
  record Failed(String message, int status, String contentType) implements Outcome {
    private static final int INTERNAL_SERVER_ERROR = 500;

    static Failed because(String message) {
      return new Failed(message, INTERNAL_SERVER_ERROR, "");
    }
  }
}
