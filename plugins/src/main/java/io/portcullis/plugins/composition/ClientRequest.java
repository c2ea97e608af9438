package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What backends may be given of a client's request. Taken out of the exchange before its thread is
 * left, and only read afterwards.
 *
 * @param path as it is routed
 * @param parameters parts of the path by name, decoded
 * @param headers what is forwarded, with the gateway's own lines
 * @param query arguments that are forwarded, by name
 * @param accept null when the client sent none
 * @param claims of a verified token; null when there is none
 * @param observer hears of each backend's call; null when nobody wants to
 * @param memory for large answers; closed once the request is answered
 */
record ClientRequest(
    String method,
    String path,
    Map<String, String> parameters,
    Headers headers,
    List<Argument> query,
    byte[] body,
    @Nullable String accept,
    @Nullable JsonNode claims,
    @Nullable CallObserver observer,
    AnswerMemory.Share memory) {

  /** A query argument, decoded. */
  record Argument(String name, String value) {}
}
