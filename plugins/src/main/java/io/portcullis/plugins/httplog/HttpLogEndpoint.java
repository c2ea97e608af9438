package io.portcullis.plugins.httplog;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.queue.BatchQueues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends batches to one URL. A batch of one is a JSON object, unless batches may be larger: then it
 * is always an array. Any answer below 300 counts as taken; the certificate is not verified.
 */
final class HttpLogEndpoint implements BatchQueues.Sender {
  private static final int ANSWER_LIMIT = 64 * 1024;
  private static final long DEFAULT_TIMEOUT = 10_000;

  private final UpstreamCaller upstreams;
  private final URI uri;
  private final String method;
  private final Headers headers = new Headers();
  private final Duration timeout;
  private final boolean arrays;

  HttpLogEndpoint(HttpLogConfig config, boolean arrays, UpstreamCaller upstreams) {
    URI endpoint = URI.create(config.httpEndpoint());
    if (endpoint.getHost() == null) {
      throw new IllegalArgumentException("http_endpoint has no host: " + endpoint);
    }
    this.upstreams = upstreams;
    this.uri = withoutUserAndQuery(endpoint);
    this.method = config.method() == null ? "POST" : config.method();
    this.timeout =
        Duration.ofMillis(
            config.timeout() == null ? DEFAULT_TIMEOUT : Math.max(1, config.timeout().longValue()));
    this.arrays = arrays;
    headers.set(
        "content-type", config.contentType() == null ? "application/json" : config.contentType());
    String user = endpoint.getUserInfo();
    if (user != null) {
      headers.set(
          "authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    Map<String, String> configured = config.headers();
    if (configured != null) {
      configured.forEach((name, value) -> headers.set(name.toLowerCase(Locale.ROOT), value));
    }
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    UpstreamCaller.Call call =
        new UpstreamCaller.Call(
            method, uri, headers.copy(), body(batch), timeout, ANSWER_LIMIT, false);
    return upstreams.call(call).thenCompose(this::taken);
  }

  private CompletionStage<UpstreamCaller.Answer> taken(UpstreamCaller.Answer answer) {
    return answer.status() < 300
        ? CompletableFuture.completedFuture(answer)
        : CompletableFuture.failedFuture(
            new IOException(uri.getHost() + " answered " + answer.status()));
  }

  private byte[] body(List<byte[]> batch) {
    if (!arrays) {
      return batch.getFirst();
    }
    ByteArrayOutputStream array = new ByteArrayOutputStream(1024 * batch.size());
    char separator = '[';
    for (byte[] entry : batch) {
      array.write(separator);
      array.writeBytes(entry);
      separator = ',';
    }
    array.write(']');
    return array.toByteArray();
  }

  private static URI withoutUserAndQuery(URI endpoint) {
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    String path = endpoint.getRawPath();
    return URI.create(
        endpoint.getScheme()
            + "://"
            + endpoint.getHost()
            + port
            + (path == null || path.isEmpty() ? "/" : path));
  }
}
