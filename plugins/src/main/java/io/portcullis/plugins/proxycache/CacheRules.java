package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one configuration lets into the cache and out of it. */
final class CacheRules {
  private static final int PARTIAL_CONTENT = 206;
  private static final int NOT_MODIFIED = 304;

  private final BitSet statuses = new BitSet();
  private final Set<String> methods;
  private final List<MediaType> types;
  private final boolean obeys;
  private final int cacheTtl;
  private final @Nullable Integer storageTtl;

  CacheRules(ProxyCacheConfig config) {
    config.responseCode().forEach(statuses::set);
    statuses.clear(PARTIAL_CONTENT);
    statuses.clear(NOT_MODIFIED);
    this.methods = Set.copyOf(config.requestMethod());
    this.types = config.contentType().stream().map(MediaType::of).toList();
    this.obeys = config.cacheControl();
    this.cacheTtl = config.cacheTtl();
    this.storageTtl = config.storageTtl();
  }

  /** What the client asks for, as far as it is obeyed. */
  CacheControl asked(Request request) {
    return obeys ? CacheControl.of(request.headers()) : CacheControl.NONE;
  }

  /** Whether a request may be answered from the cache at all. */
  boolean mayAsk(Request request, CacheControl asked) {
    return methods.contains(request.method())
        && !asked.noStore
        && !asked.noCache
        && !(obeys && request.headers().contains("authorization"));
  }

  /** Whether a kept answer is still good enough for a request. */
  boolean isFresh(StoredAnswer stored, CacheControl asked, long now) {
    long age = now - stored.storedAt();
    if (!obeys) {
      return age <= cacheTtl;
    }
    if (asked.maxAge != CacheControl.ABSENT && age > asked.maxAge
        || asked.minFresh != CacheControl.ABSENT && stored.freshFor() - age < asked.minFresh) {
      return false;
    }
    return age - stored.freshFor() <= Math.max(0, asked.maxStale);
  }

  /**
   * How long an answer is fresh.
   *
   * @return seconds; 0 when it may not be kept
   */
  long freshFor(Response response, long now) {
    Headers headers = response.headers();
    if (response.source() != Response.Source.UPSTREAM
        || !statuses.get(response.status())
        || !isKeptType(headers.get("content-type"))
        || headers.hasToken("vary", "*")) {
      return 0;
    }
    if (!obeys) {
      return cacheTtl;
    }
    CacheControl said = CacheControl.of(headers);
    if (said.noStore || said.noCache || said.isPrivate) {
      return 0;
    }
    if (said.sharedMaxAge != CacheControl.ABSENT) {
      return said.sharedMaxAge;
    }
    return said.maxAge != CacheControl.ABSENT ? said.maxAge : untilExpiry(headers, now);
  }

  /** Seconds that an answer stays in storage. */
  long keptFor(long freshFor) {
    return storageTtl == null ? freshFor : storageTtl;
  }

  /** The headers that an answer depends on, with a request's values. */
  static List<Reply.HeaderLine> varying(Headers answer, Headers request) {
    if (!answer.contains("vary")) {
      return List.of();
    }
    List<Reply.HeaderLine> varying = new ArrayList<>(2);
    for (String line : answer.all("vary")) {
      for (String name : line.split(",")) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (!lower.isEmpty()) {
          varying.add(new Reply.HeaderLine(lower, RequestKey.values(request, lower)));
        }
      }
    }
    return List.copyOf(varying);
  }

  private boolean isKeptType(@Nullable String text) {
    if (text == null) {
      return false;
    }
    MediaType type = MediaType.of(text);
    for (MediaType kept : types) {
      if (kept.covers(type)) {
        return true;
      }
    }
    return false;
  }

  private static long untilExpiry(Headers headers, long now) {
    String expires = headers.last("expires");
    if (expires == null) {
      return 0;
    }
    try {
      ZonedDateTime time = ZonedDateTime.parse(expires, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Math.max(0, time.toEpochSecond() - now);
    } catch (DateTimeException malformed) {
      return 0;
    }
  }
}
