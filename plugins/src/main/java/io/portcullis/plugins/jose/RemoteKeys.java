package io.portcullis.plugins.jose;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a URL answers with. They are kept for a while and fetched anew before it is over; a
 * name that is not among them makes them be fetched too, but not again and again. Requests share
 * one call.
 */
public final class RemoteKeys implements KeySource {
  private static final System.Logger LOG = System.getLogger(RemoteKeys.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LONGEST_SET = 1 << 20;
  private static final int OK = 200;

  /** How soon a call that failed may be tried again. */
  private static final long RETRY = Duration.ofSeconds(1).toNanos();

  /** Keys, and the time of the call that brought them. */
  private record Fetched(KeySet keys, long at) {}

  private final URI uri;
  private final boolean verifyTls;
  private final KeyIdentity identity;
  private final UpstreamCaller caller;
  private final Executor executor;
  private final LongSupplier nanos;
  private final long lifetime;
  private final long cooldown;
  private final AtomicReference<@Nullable Fetched> fetched = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<KeySet>> underWay =
      new AtomicReference<>();
  private final AtomicReference<@Nullable Long> lastCall = new AtomicReference<>();

  /**
   * @param verifyTls whether the peer's certificate must be trusted
   * @param lifetime how long keys may be used
   * @param cooldown how soon an unknown name may cause a call after another
   * @param executor reads answers
   * @param nanos monotonic time
   */
  public RemoteKeys(
      URI uri,
      boolean verifyTls,
      KeyIdentity identity,
      Duration lifetime,
      Duration cooldown,
      UpstreamCaller caller,
      Executor executor,
      LongSupplier nanos) {
    this.uri = uri;
    this.verifyTls = verifyTls;
    this.identity = identity;
    this.lifetime = lifetime.toNanos();
    this.cooldown = Math.max(RETRY, cooldown.toNanos());
    this.caller = caller;
    this.executor = executor;
    this.nanos = nanos;
  }

  @Override
  public @Nullable JsonWebKey present(String name) {
    Fetched present = fetched.get();
    if (present == null) {
      return null;
    }
    long age = nanos.getAsLong() - present.at;
    if (age >= lifetime) {
      return null;
    }
    JsonWebKey key = present.keys.key(name);
    if (key != null && age >= lifetime / 4 * 3 && mayCall(cooldown)) {
      var _ = fetch();
    }
    return key;
  }

  @Override
  public CompletableFuture<@Nullable JsonWebKey> find(String name) {
    JsonWebKey key = present(name);
    if (key != null) {
      return CompletableFuture.completedFuture(key);
    }
    CompletableFuture<KeySet> running = underWay.get();
    if (running == null && mayCall(isFresh() ? cooldown : RETRY)) {
      running = fetch();
    }
    return running == null
        ? CompletableFuture.completedFuture(null)
        : running.thenApply(keys -> keys.key(name));
  }

  private boolean isFresh() {
    Fetched present = fetched.get();
    return present != null && nanos.getAsLong() - present.at < lifetime;
  }

  private boolean mayCall(long pause) {
    Long last = lastCall.get();
    return underWay.get() == null && (last == null || nanos.getAsLong() - last >= pause);
  }

  /** Calls, or joins the call that is under way; answers no keys when it fails. */
  private CompletableFuture<KeySet> fetch() {
    CompletableFuture<KeySet> mine = new CompletableFuture<>();
    CompletableFuture<KeySet> other = underWay.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    long now = nanos.getAsLong();
    lastCall.set(now);
    call()
        .thenApplyAsync(this::read, executor)
        .whenComplete(
            (keys, failure) -> {
              if (failure == null) {
                fetched.set(new Fetched(keys, now));
              } else {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "keys of {0} cannot be fetched: {1}",
                    uri,
                    reason(failure));
              }
              underWay.set(null);
              mine.complete(failure == null ? keys : KeySet.EMPTY);
            });
    return mine;
  }

  private CompletableFuture<UpstreamCaller.Answer> call() {
    Headers headers = new Headers();
    headers.set("accept", "application/json");
    try {
      return caller.call(
          new UpstreamCaller.Call(
              "GET", uri, headers, new byte[0], PATIENCE, LONGEST_SET, verifyTls));
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private KeySet read(UpstreamCaller.Answer answer) {
    if (answer.status() != OK) {
      throw new IllegalArgumentException("status " + answer.status());
    }
    return KeySet.parse(answer.body(), identity);
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }
}
