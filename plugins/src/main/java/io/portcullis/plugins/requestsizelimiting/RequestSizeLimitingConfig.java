package io.portcullis.plugins.requestsizelimiting;

/**
 * Configuration of {@code request-size-limiting}.
 *
 * @param allowedPayloadSize what a body may have, in {@code sizeUnit}; a negative one refuses all
 * @param sizeUnit {@code bytes}, {@code kilobytes} or {@code megabytes} of 1024 of the former
 * @param requireContentLength whether requests must announce their length, or be chunked
 */
public record RequestSizeLimitingConfig(
    long allowedPayloadSize, String sizeUnit, boolean requireContentLength) {
  /** The limit in octets, as near as a long can tell. */
  long octets() {
    int shift =
        switch (sizeUnit) {
          case "megabytes" -> 20;
          case "kilobytes" -> 10;
          default -> 0;
        };
    return Math.clamp(allowedPayloadSize, Long.MIN_VALUE >> shift, Long.MAX_VALUE >> shift)
        << shift;
  }
}
