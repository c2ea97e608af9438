package io.portcullis.plugins.requestsizelimiting;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.util.List;

/** Looks at the announced length, and counts what comes without one. */
final class RequestSizeLimitingHandler implements PluginHandler {
  private static final String EXCEEDED = "Request size limit exceeded";
  private static final Reply.Refusal TOO_LONG = new Reply.Refusal(413, EXCEEDED, List.of());

  /** For a client that asked first. */
  private static final Reply.Refusal NOT_EXPECTED = new Reply.Refusal(417, EXCEEDED, List.of());

  private static final Reply NO_LENGTH =
      Reply.refuse(411, "A valid Content-Length header is required");

  private final long limit;
  private final boolean lengthRequired;

  /**
   * @param limit octets
   */
  RequestSizeLimitingHandler(long limit, boolean lengthRequired) {
    this.limit = limit;
    this.lengthRequired = lengthRequired;
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    long announced = request.contentLength();
    if (announced >= 0) {
      // No more than that will come: the gateway holds clients to it.
      return announced > limit ? tooLong(request) : Reply.NEXT;
    }
    Headers headers = request.headers();
    if (lengthRequired && !headers.hasToken("transfer-encoding", "chunked")) {
      return NO_LENGTH;
    }
    byte[] body = request.body();
    if (limit < 0 || body != null && body.length > limit) {
      return tooLong(request);
    }
    if (body == null) {
      request.limitBody(limit, tooLong(request));
    }
    return Reply.NEXT;
  }

  private static Reply.Refusal tooLong(Request request) {
    String expectation = request.headers().get("expect");
    return "100-continue".equalsIgnoreCase(expectation) ? NOT_EXPECTED : TOO_LONG;
  }
}
