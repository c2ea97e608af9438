package io.portcullis.proxy.server;

/**
 * Which of its own header lines the gateway adds: the {@code headers} setting.
 *
 * @param server a {@code Server} line on answers that have none
 * @param via a {@code Via} line on proxied answers
 * @param proxyLatency {@code X-Kong-Proxy-Latency}
 * @param upstreamLatency {@code X-Kong-Upstream-Latency}
 * @param responseLatency {@code X-Kong-Response-Latency}
 * @param requestId {@code X-Kong-Request-Id}
 * @param upstreamStatus {@code X-Kong-Upstream-Status}
 */
public record HeaderTokens(
    boolean server,
    boolean via,
    boolean proxyLatency,
    boolean upstreamLatency,
    boolean responseLatency,
    boolean requestId,
    boolean upstreamStatus) {
  /** The setting's default. */
  public static final HeaderTokens DEFAULT =
      new HeaderTokens(true, true, true, true, true, true, false);

  /** What {@code headers = off} means. */
  public static final HeaderTokens OFF =
      new HeaderTokens(false, false, false, false, false, false, false);

  /**
   * Reads the setting: {@code off}, or a comma-separated list of {@code server_tokens}, {@code
   * latency_tokens} and names of header lines. Names it does not know are left to whoever checks
   * the settings.
   */
  public static HeaderTokens parse(String setting) {
    boolean server = false;
    boolean via = false;
    boolean proxy = false;
    boolean upstream = false;
    boolean response = false;
    boolean requestId = false;
    boolean status = false;
    for (String part : setting.split(",")) {
      switch (part.strip().toLowerCase(java.util.Locale.ROOT)) {
        case "server_tokens" -> {
          server = true;
          via = true;
        }
        case "server" -> server = true;
        case "via" -> via = true;
        case "latency_tokens" -> {
          proxy = true;
          upstream = true;
          response = true;
        }
        case "x-kong-proxy-latency" -> proxy = true;
        case "x-kong-upstream-latency" -> upstream = true;
        case "x-kong-response-latency" -> response = true;
        case "x-kong-request-id" -> requestId = true;
        case "x-kong-upstream-status" -> status = true;
        default -> {}
      }
    }
    return new HeaderTokens(server, via, proxy, upstream, response, requestId, status);
  }
}
