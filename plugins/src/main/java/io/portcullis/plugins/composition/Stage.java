package io.portcullis.plugins.composition;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Something that makes a part of the answer: a backend, or several put together. */
interface Stage {
  /**
   * Starts without blocking. The future does not fail; cancelling it gives up what is under way.
   *
   * @param earlier data of the stages before this one in a chain, by their number
   */
  CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline);
}
