package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An upstream's answer as it is kept. Immutable; hits share it, body and all.
 *
 * @param reply what a hit is answered with
 * @param storedAt seconds since 1970
 * @param freshFor seconds
 * @param keptFor seconds; 0 or less for any time
 * @param varying what its {@code Vary} named, with the values of the request it was given to
 */
record StoredAnswer(
    Reply.Exit reply, long storedAt, long freshFor, long keptFor, List<Reply.HeaderLine> varying) {
  /** Lines that belong to one connection, one client or one moment. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "set-cookie",
          "age",
          "x-cache-key",
          "x-cache-status",
          "ratelimit-limit",
          "ratelimit-remaining",
          "ratelimit-reset");

  /** What an answer takes besides its texts: objects, references, the table's entry. */
  private static final int OVERHEAD = 500;

  private static final int LINE_OVERHEAD = 100;

  /** The lines of an answer that later ones may have too. */
  static List<Reply.HeaderLine> lines(Headers headers) {
    List<Reply.HeaderLine> lines = new ArrayList<>(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!NOT_KEPT.contains(name) && !name.startsWith("x-ratelimit-")) {
        lines.add(new Reply.HeaderLine(name, headers.value(i)));
      }
    }
    return List.copyOf(lines);
  }

  /** Whether a request has the values that the answer was made for. */
  boolean fits(Headers request) {
    for (int i = 0; i < varying.size(); i++) {
      Reply.HeaderLine line = varying.get(i);
      if (!RequestKey.values(request, line.name()).equals(line.value())) {
        return false;
      }
    }
    return true;
  }

  int weight() {
    int sum = OVERHEAD + reply.body().length;
    for (Reply.HeaderLine line : reply.headers()) {
      sum += LINE_OVERHEAD + line.name().length() + line.value().length();
    }
    return sum;
  }

  Duration timeInStorage() {
    return keptFor <= 0 ? Duration.ofDays(36_500) : Duration.ofSeconds(keptFor);
  }
}
