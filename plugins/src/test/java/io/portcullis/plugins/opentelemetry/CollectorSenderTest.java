package io.portcullis.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.FakeGateway;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CollectorSenderTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong nanos = new AtomicLong();

  /** What the collector does next; a status of 0 for not being there. */
  private final Deque<Integer> next = new ArrayDeque<>();

  private final List<UpstreamCaller.Call> calls = new ArrayList<>();
  private final List<String> outcomes = new ArrayList<>();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void a_batch_that_waits_for_its_next_try_has_it_when_the_gateway_stops() {
    CollectorSender sender = sender("'initial_retry_delay':900,'max_retry_time':3600");
    next.addAll(List.of(0, 200));

    send(sender);
    assertThat(calls).hasSize(1);
    assertThat(outcomes).isEmpty();
    sender.hurry();

    assertThat(calls)
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.body()).asString().isEqualTo("spans"));
    assertThat(outcomes).containsExactly("200");
  }

  @Test
  void nothing_is_tried_again_after_a_stop_has_begun() {
    CollectorSender sender = sender("'initial_retry_delay':900,'max_retry_time':3600");
    sender.hurry();
    next.addAll(List.of(0, 503));

    send(sender);
    send(sender);

    assertThat(calls).hasSize(2);
    assertThat(outcomes).containsExactly("ConnectException", "503");
  }

  @Test
  void answers_that_another_try_would_not_change_are_final() {
    CollectorSender sender = sender("'initial_retry_delay':900,'max_retry_time':3600");
    next.addAll(List.of(400));

    send(sender);

    assertThat(outcomes).containsExactly("400");
  }

  @Test
  void a_batch_is_given_up_after_the_time_for_tries() {
    CollectorSender sender = sender("'initial_retry_delay':2,'max_retry_time':1");
    next.addAll(List.of(0));

    send(sender);

    assertThat(outcomes).containsExactly("ConnectException");
  }

  private CollectorSender sender(String queue) {
    var spec = new OpenTelemetryPlugin().spec();
    var whole = spec.defaults();
    whole.setAll(FakeGateway.json("{'queue':{" + queue + "}}"));
    return new CollectorSender(spec.decode(whole), this::call, scheduler, nanos::get);
  }

  private CompletableFuture<UpstreamCaller.Answer> call(UpstreamCaller.Call call) {
    calls.add(call);
    int status = next.remove();
    return status == 0
        ? CompletableFuture.failedFuture(new ConnectException())
        : CompletableFuture.completedFuture(
            new UpstreamCaller.Answer(status, new Headers(), new byte[0]));
  }

  private void send(CollectorSender sender) {
    HttpSender http = sender.createSender(new Collector());
    http.send(
        new Spans(),
        (HttpResponse answer) -> outcomes.add(Integer.toString(answer.getStatusCode())),
        failure -> outcomes.add(failure.getClass().getSimpleName()));
  }

  private static final class Spans implements MessageWriter {
    @Override
    public void writeMessage(OutputStream output) throws IOException {
      output.write("spans".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int getContentLength() {
      return "spans".length();
    }
  }

  private static final class Collector implements HttpSenderConfig {
    @Override
    public URI getEndpoint() {
      return URI.create("http://collector.test:4318/v1/traces");
    }

    @Override
    public String getContentType() {
      return "application/x-protobuf";
    }

    @Override
    public @Nullable Compressor getCompressor() {
      return null;
    }

    @Override
    public Duration getTimeout() {
      return Duration.ofSeconds(10);
    }

    @Override
    public Duration getConnectTimeout() {
      return Duration.ofSeconds(10);
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
      return Map::of;
    }

    @Override
    public @Nullable ProxyOptions getProxyOptions() {
      return null;
    }

    @Override
    public @Nullable RetryPolicy getRetryPolicy() {
      return null;
    }

    @Override
    public @Nullable SSLContext getSslContext() {
      return null;
    }

    @Override
    public @Nullable X509TrustManager getTrustManager() {
      return null;
    }

    @Override
    public @Nullable ExecutorService getExecutorService() {
      return null;
    }
  }
}
