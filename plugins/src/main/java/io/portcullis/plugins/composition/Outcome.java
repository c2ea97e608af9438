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
   */
  record Part(Map<String, Object> data, boolean complete) implements Outcome {}

  /** An answer that passes as it is. */
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
