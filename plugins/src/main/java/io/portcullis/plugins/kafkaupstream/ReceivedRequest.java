package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a record is made of, taken from the exchange so that another thread may have it.
 *
 * @param headers null when they are not forwarded
 * @param contentType of the body
 * @param body empty when there is none, or when it is not forwarded
 */
record ReceivedRequest(
    String method,
    String target,
    @Nullable String query,
    @Nullable Headers headers,
    @Nullable String contentType,
    byte[] body) {
  private static final byte[] NOTHING = {};

  static ReceivedRequest of(Request request, KafkaUpstreamConfig config) {
    byte[] body = config.forwardBody() ? request.body() : null;
    return new ReceivedRequest(
        request.method(),
        request.rawTarget(),
        request.rawQuery(),
        config.forwardHeaders() ? request.headers().copy() : null,
        request.headers().get("content-type"),
        body == null ? NOTHING : body);
  }
}
