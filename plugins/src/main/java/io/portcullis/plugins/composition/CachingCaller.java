package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.plugins.composition.martian.Message;
import io.portcullis.plugins.composition.martian.Modifier;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers to GET and HEAD as their backends allow it (RFC 9111): {@code Cache-Control},
 * {@code Expires}, {@code Vary}, validation with {@code ETag} and {@code Last-Modified}, {@code
 * stale-if-error}. Answers to requests with credentials are kept only when they are public. What is
 * kept is what a modifier makes of the answer, so that it decides how long.
 */
final class CachingCaller implements Caller {
  private static final int NOT_MODIFIED = 304;
  private static final int INTERNAL_SERVER_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final long MILLIS = 1000;
  private static final byte[] NO_BODY = {};

  private final Caller next;
  private final HttpCache cache;
  private final InstantSource clock;
  private final @Nullable Modifier modifier;

  CachingCaller(Caller next, HttpCache cache, InstantSource clock, @Nullable Modifier modifier) {
    this.next = next;
    this.cache = cache;
    this.clock = clock;
    this.modifier = modifier;
  }

  @Override
  public CompletableFuture<Answer> call(Message.Outgoing request, Deadline deadline) {
    boolean head = request.method().equals("HEAD");
    String uri = request.uri().toString();
    if (!head && !request.method().equals("GET") || request.headers().contains("range")) {
      if (!head && !request.method().equals("GET")) {
        cache.remove(uri);
      }
      return next.call(request, deadline);
    }
    String key = head ? "HEAD " + uri : uri;
    CacheDirectives wanted = CacheDirectives.of(request.headers());
    HttpCache.Entry entry = cache.get(key);
    if (entry != null && !entry.isFor(request.headers())) {
      entry = null;
    }
    long now = clock.millis();
    if (entry != null && !wanted.has("no-cache") && now < entry.freshUntil) {
      return CompletableFuture.completedFuture(entry.answer());
    }
    if (wanted.has("only-if-cached")) {
      return CompletableFuture.completedFuture(new Answer(GATEWAY_TIMEOUT, new Headers(), NO_BODY));
    }
    if (entry != null) {
      validate(request.headers(), entry);
    }
    HttpCache.Entry stale = entry;
    Headers asked = request.headers().copy();
    CompletableFuture<Answer> call = next.call(request, deadline);
    Kept kept = new Kept(call);
    call.whenComplete(
        (answer, failure) -> kept.arrived(key, request, asked, stale, answer, failure));
    return kept;
  }

  private static void validate(Headers headers, HttpCache.Entry entry) {
    if (entry.etag != null && !headers.contains("if-none-match")) {
      headers.set("if-none-match", entry.etag);
    }
    if (entry.lastModified != null && !headers.contains("if-modified-since")) {
      headers.set("if-modified-since", entry.lastModified);
    }
  }

  private final class Kept extends CompletableFuture<Answer> {
    private final CompletableFuture<Answer> call;

    Kept(CompletableFuture<Answer> call) {
      this.call = call;
    }

    void arrived(
        String key,
        Message.Outgoing request,
        Headers asked,
        HttpCache.@Nullable Entry stale,
        @Nullable Answer answer,
        @Nullable Throwable failure) {
      try {
        decide(key, request, asked, stale, answer, failure);
      } catch (RuntimeException unexpected) {
        completeExceptionally(unexpected);
      }
    }

    private void decide(
        String key,
        Message.Outgoing request,
        Headers asked,
        HttpCache.@Nullable Entry stale,
        @Nullable Answer answer,
        @Nullable Throwable failure) {
      boolean failed = answer == null || answer.status() >= INTERNAL_SERVER_ERROR;
      if (failed && stale != null && clock.millis() < stale.staleUntil) {
        complete(stale.answer());
      } else if (answer == null) {
        completeExceptionally(failure == null ? new IOException("no answer") : failure);
      } else if (answer.status() == NOT_MODIFIED && stale != null) {
        Answer renewed = renewed(stale, answer);
        keep(key, request, asked, renewed);
        complete(renewed);
      } else {
        keep(key, request, asked, answer);
        complete(answer);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      call.cancel(mayInterruptIfRunning);
      return cancelled;
    }
  }

  /** The kept answer with the lines of the one that confirms it. */
  private static Answer renewed(HttpCache.Entry stale, Answer confirmation) {
    Answer kept = stale.answer();
    Headers lines = confirmation.headers();
    for (int i = 0; i < lines.size(); i++) {
      String name = lines.name(i).toLowerCase(Locale.ROOT);
      if (!name.equals("content-length") && !name.equals("transfer-encoding")) {
        kept.headers().set(name, lines.value(i));
      }
    }
    return kept;
  }

  private void keep(String key, Message.Outgoing request, Headers asked, Answer answer) {
    CacheDirectives original = CacheDirectives.of(answer.headers());
    if (original.has("no-store") || CacheDirectives.of(asked).has("no-store")) {
      cache.remove(key);
      return;
    }
    Answer copy = new Answer(answer.status(), answer.headers().copy(), answer.body());
    Answer kept = modifier == null ? copy : ModifyingCaller.changed(modifier, request, copy);
    Headers headers = kept.headers();
    CacheDirectives directives = CacheDirectives.of(headers);
    boolean secret = asked.contains("authorization") || asked.contains("cookie");
    boolean open = directives.has("public") || directives.has("s-maxage");
    String varying = headers.get("vary");
    boolean unknown = varying != null && varying.contains("*");
    if (secret && !open || unknown || directives.has("no-store")) {
      cache.remove(key);
      return;
    }
    long now = clock.millis();
    long made = date(headers.get("date"), 0);
    long life = made == 0 || directives.has("no-cache") ? 0 : lifetime(headers, directives, made);
    long fresh = Math.min(made, now) + life * MILLIS;
    String etag = headers.get("etag");
    String lastModified = headers.get("last-modified");
    if (fresh <= now && etag == null && lastModified == null) {
      return;
    }
    long grace = directives.seconds("stale-if-error", 0);
    cache.put(
        key,
        new HttpCache.Entry(
            kept, fresh, fresh + grace * MILLIS, etag, lastModified, varied(varying, asked)));
  }

  /** Seconds that an answer is fresh from the moment it was made. */
  private static long lifetime(Headers headers, CacheDirectives directives, long made) {
    long age = directives.seconds("max-age", -1);
    if (age >= 0) {
      return age;
    }
    long expires = date(headers.get("expires"), 0);
    return expires > made ? (expires - made) / MILLIS : 0;
  }

  private static String[] varied(@Nullable String vary, Headers request) {
    if (vary == null) {
      return new String[0];
    }
    List<String> lines = new ArrayList<>();
    for (String name : vary.split(",", -1)) {
      String lower = name.strip().toLowerCase(Locale.ROOT);
      if (!lower.isEmpty()) {
        String value = request.get(lower);
        lines.add(lower);
        lines.add(value == null ? "" : value);
      }
    }
    return lines.toArray(new String[0]);
  }

  private static long date(@Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
          .toInstant()
          .toEpochMilli();
    } catch (DateTimeException malformed) {
      return otherwise;
    }
  }
}
