package io.portcullis.plugins.ratelimiting;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one request stands against its limits.
 *
 * @param limits the configured ones, in order
 * @param remaining what clients are told for each of them
 * @param tightest index of the period that {@code RateLimit-*} speaks of
 * @param reset seconds until that period's window ends, at least 1
 * @param admitted whether the request passes
 */
record Usage(Limit[] limits, double[] remaining, int tightest, long reset, boolean admitted) {
  private static final String LIMIT = "ratelimit-limit";
  private static final String REMAINING = "ratelimit-remaining";
  private static final String RESET = "ratelimit-reset";
  private static final String RETRY_AFTER = "retry-after";

  void addTo(Headers response) {
    for (int i = 0; i < limits.length; i++) {
      response.set(limits[i].period().limitHeader(), limits[i].text());
      response.set(limits[i].period().remainingHeader(), Limit.spell(remaining[i]));
    }
    response.set(LIMIT, limits[tightest].text());
    response.set(REMAINING, Limit.spell(remaining[tightest]));
    response.set(RESET, Long.toString(reset));
  }

  List<Reply.HeaderLine> refusalHeaders() {
    List<Reply.HeaderLine> lines = new ArrayList<>(limits.length * 2 + 4);
    for (int i = 0; i < limits.length; i++) {
      Period period = limits[i].period();
      lines.add(new Reply.HeaderLine(period.limitHeader(), limits[i].text()));
      lines.add(new Reply.HeaderLine(period.remainingHeader(), Limit.spell(remaining[i])));
    }
    String seconds = Long.toString(reset);
    lines.add(new Reply.HeaderLine(LIMIT, limits[tightest].text()));
    lines.add(new Reply.HeaderLine(REMAINING, Limit.spell(remaining[tightest])));
    lines.add(new Reply.HeaderLine(RESET, seconds));
    lines.add(new Reply.HeaderLine(RETRY_AFTER, seconds));
    return lines;
  }
}
