package io.portcullis.proxy.server;

/**
 * How requests are treated.
 *
 * @param serverToken what stands in {@code Server} and {@code Via}, {@code kong/3.9.1}
 * @param headers which lines are added to answers
 * @param requestIdUpstream whether {@code X-Kong-Request-Id} goes to targets
 * @param trusted whose word about a client is taken
 * @param realIpHeader header in which trusted peers name the client, in lower case
 * @param errorDefaultType media type of error pages when the client states no wish
 * @param bodyLimit octets of a request body, 0 for any
 * @param replayLimit octets of a request body that are kept for another try
 * @param debugHeader whether a request with {@code Kong-Debug} is told its route, its service and
 *     how long each step took
 */
public record GatewaySettings(
    String serverToken,
    HeaderTokens headers,
    boolean requestIdUpstream,
    TrustedPeers trusted,
    String realIpHeader,
    String errorDefaultType,
    long bodyLimit,
    int replayLimit,
    boolean debugHeader) {
  /** The defaults of the settings. */
  public static final GatewaySettings DEFAULT =
      new GatewaySettings(
          "kong/3.9.1",
          HeaderTokens.DEFAULT,
          true,
          TrustedPeers.NONE,
          "x-real-ip",
          "text/plain",
          0,
          64 * 1024,
          false);

  public GatewaySettings withTrusted(TrustedPeers peers, String header) {
    return new GatewaySettings(
        serverToken,
        headers,
        requestIdUpstream,
        peers,
        header,
        errorDefaultType,
        bodyLimit,
        replayLimit,
        debugHeader);
  }

  public GatewaySettings withHeaders(HeaderTokens tokens) {
    return new GatewaySettings(
        serverToken,
        tokens,
        requestIdUpstream,
        trusted,
        realIpHeader,
        errorDefaultType,
        bodyLimit,
        replayLimit,
        debugHeader);
  }

  public GatewaySettings withBodyLimit(long octets) {
    return new GatewaySettings(
        serverToken,
        headers,
        requestIdUpstream,
        trusted,
        realIpHeader,
        errorDefaultType,
        octets,
        replayLimit,
        debugHeader);
  }

  public GatewaySettings withDebugHeader(boolean allowed) {
    return new GatewaySettings(
        serverToken,
        headers,
        requestIdUpstream,
        trusted,
        realIpHeader,
        errorDefaultType,
        bodyLimit,
        replayLimit,
        allowed);
  }
}
