package io.portcullis.krakend.convert;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What endpoints take over from the root of a file.
 *
 * @param hosts of backends that name none
 * @param partialSegments whether a placeholder may be a part of a segment
 * @param answerHeaders headers of every answer
 */
record Inherited(
    List<String> hosts,
    String timeout,
    String cacheTtl,
    String outputEncoding,
    boolean verifyTls,
    boolean partialSegments,
    boolean returnErrorMessage,
    String userAgent,
    Map<String, String> answerHeaders) {
  Inherited {
    hosts = List.copyOf(hosts);
    answerHeaders = new TreeMap<>(answerHeaders);
  }
}
