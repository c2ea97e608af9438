package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Backends of a test: what each path answers, and what was asked. */
final class Backends implements UpstreamCaller {
  final List<Call> calls = new CopyOnWriteArrayList<>();
  final List<CompletableFuture<Answer>> open = new CopyOnWriteArrayList<>();

  private final Map<String, Function<Call, CompletableFuture<Answer>>> answers =
      new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Answer> call(Call call) {
    calls.add(call);
    String target = call.uri().getRawPath();
    Function<Call, CompletableFuture<Answer>> found = answers.get(target);
    return found == null
        ? CompletableFuture.completedFuture(answer(404, "not here"))
        : found.apply(call);
  }

  /** 200 with JSON; single quotes are double ones. */
  Backends json(String path, String body) {
    return answers(path, 200, body.replace('\'', '"'), "content-type", "application/json");
  }

  Backends answers(String path, int status, String body, String... headers) {
    return replies(path, _ -> answer(status, body, headers));
  }

  Backends replies(String path, Function<Call, Answer> reply) {
    answers.put(path, call -> CompletableFuture.completedFuture(reply.apply(call)));
    return this;
  }

  /** No connection. */
  Backends dead(String path) {
    answers.put(
        path, _ -> CompletableFuture.failedFuture(new IOException("connection refused: " + path)));
    return this;
  }

  /** No answer until the test completes {@link #open}. */
  Backends silent(String path) {
    answers.put(
        path,
        _ -> {
          CompletableFuture<Answer> never = new CompletableFuture<>();
          open.add(never);
          return never;
        });
    return this;
  }

  /** Gives up when its time is over, as the gateway's caller does. */
  Backends slow(String path) {
    answers.put(
        path,
        call -> {
          CompletableFuture<Answer> late = new CompletableFuture<>();
          open.add(late);
          CompletableFuture.delayedExecutor(
                  call.timeout().toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
              .execute(() -> late.completeExceptionally(new IOException("no answer")));
          return late;
        });
    return this;
  }

  Call last() {
    return calls.getLast();
  }

  static Answer answer(int status, String body, String... headers) {
    return answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  static Answer answer(int status, byte[] body, String... headers) {
    Headers lines = new Headers();
    for (int i = 0; i < headers.length; i += 2) {
      lines.add(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
    }
    return new Answer(status, lines, body);
  }
}
