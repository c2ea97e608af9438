package io.portcullis.plugins.jose;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Calls a peer that is trusted otherwise than all others, with a connection for each call: keys are
 * fetched every few minutes. Thread-safe.
 */
final class TrustedPeerCaller implements UpstreamCaller {
  private final SSLContext tls;
  private final Executor executor;

  TrustedPeerCaller(SSLContext tls, Executor executor) {
    this.tls = tls;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<Answer> call(Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .timeout(call.timeout())
            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
    Headers headers = call.headers();
    for (int i = 0; i < headers.size(); i++) {
      request.header(headers.name(i), headers.value(i));
    }
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(call.timeout())
            .sslContext(tls)
            .executor(executor)
            .build();
    return client
        .sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), call.bodyLimit()))
        .orTimeout(call.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(TrustedPeerCaller::answer)
        .whenComplete((_, _) -> client.shutdownNow());
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    Headers headers = new Headers();
    response
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    return new Answer(response.statusCode(), headers, response.body());
  }
}
