package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the exporter's batches through the gateway's own connection pools, and tries again what a
 * collector could not take. Thread-safe.
 */
final class CollectorSender implements HttpSenderProvider, ComponentLoader {
  private static final int ANSWER_LIMIT = 64 * 1024;
  private static final int LEAST_SIZE = 32;

  private final UpstreamCaller upstreams;
  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanos;
  private final Duration timeout;
  private final Duration firstRetry;
  private final Duration lastRetry;
  private final long retryNanos;
  private final AtomicReference<@Nullable Waiting> waiting = new AtomicReference<>();
  private volatile boolean closing;

  CollectorSender(
      OpenTelemetryConfig config,
      UpstreamCaller upstreams,
      ScheduledExecutorService scheduler,
      LongSupplier nanos) {
    this.upstreams = upstreams;
    this.scheduler = scheduler;
    this.nanos = nanos;
    this.timeout = config.sending();
    this.firstRetry = config.firstRetry();
    this.lastRetry = config.lastRetry();
    this.retryNanos = config.retrying().toNanos();
  }

  /** Nothing is tried again from now on; a batch that waits for its next try has it now. */
  void hurry() {
    closing = true;
    Waiting next = waiting.getAndSet(null);
    if (next != null && next.timer().cancel(false)) {
      next.delivery().run();
    }
  }

  @Override
  public <T> Iterable<T> load(Class<T> type) {
    return type == HttpSenderProvider.class ? List.of(type.cast(this)) : List.of();
  }

  @Override
  public HttpSender createSender(HttpSenderConfig config) {
    return new HttpSender() {
      @Override
      public void send(
          MessageWriter message, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
        ByteArrayOutputStream body =
            new ByteArrayOutputStream(Math.max(LEAST_SIZE, message.getContentLength()));
        try {
          message.writeMessage(body);
        } catch (IOException impossible) {
          failed.accept(impossible);
          return;
        }
        new Delivery(call(config, body.toByteArray()), answered, failed).run();
      }

      @Override
      public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
      }
    };
  }

  private UpstreamCaller.Call call(HttpSenderConfig config, byte[] body) {
    Headers headers = new Headers();
    config
        .getHeadersSupplier()
        .get()
        .forEach(
            (name, values) ->
                values.forEach(value -> headers.add(name.toLowerCase(Locale.ROOT), value)));
    headers.set("content-type", config.getContentType());
    return new UpstreamCaller.Call(
        "POST", config.getEndpoint(), headers, body, timeout, ANSWER_LIMIT, true);
  }

  /** What OTLP says is worth another try. */
  private static boolean isTransient(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  /** A batch on its way. One thread at a time. */
  private final class Delivery implements Runnable {
    private final UpstreamCaller.Call call;
    private final Consumer<HttpResponse> answered;
    private final Consumer<Throwable> failed;
    private final long begun = nanos.getAsLong();
    private Duration delay = firstRetry;

    Delivery(
        UpstreamCaller.Call call, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
      this.call = call;
      this.answered = answered;
      this.failed = failed;
    }

    @Override
    public void run() {
      upstreams.call(call).whenComplete(this::arrived);
    }

    private void arrived(UpstreamCaller.@Nullable Answer answer, @Nullable Throwable failure) {
      boolean again = answer == null || isTransient(answer.status());
      long spent = nanos.getAsLong() - begun + delay.toNanos();
      if (again && !closing && spent < retryNanos) {
        Duration wait = delay;
        Duration twice = delay.multipliedBy(2);
        delay = twice.compareTo(lastRetry) < 0 ? twice : lastRetry;
        Waiting next =
            new Waiting(this, scheduler.schedule(this, wait.toMillis(), TimeUnit.MILLISECONDS));
        waiting.set(next);
        if (closing && waiting.compareAndSet(next, null) && next.timer().cancel(false)) {
          run();
        }
      } else if (answer != null) {
        answered.accept(new Taken(answer.status(), answer.body()));
      } else {
        failed.accept(Objects.requireNonNull(failure));
      }
    }
  }

  /** A batch between two tries; the exporter has one on its way at a time. */
  private record Waiting(Delivery delivery, ScheduledFuture<?> timer) {}

  private record Taken(int status, byte[] body) implements HttpResponse {
    @Override
    public int getStatusCode() {
      return status;
    }

    @Override
    public String getStatusMessage() {
      return Integer.toString(status);
    }

    @Override
    public byte[] getResponseBody() {
      return body;
    }
  }
}
