package io.portcullis.plugins.crossorigin;

import java.util.List;

/**
 * Configuration of {@code cross-origin}: KrakenD's CORS in its own words.
 *
 * @param allowOrigins origins that may read answers, with one {@code *} in each at most
 * @param allowMethods methods that pages may use
 * @param allowHeaders request headers that pages may set; none or {@code *} for any
 * @param exposeHeaders answer headers that pages may read
 * @param allowCredentials whether answers to requests with cookies or the like may be read
 * @param allowPrivateNetwork whether public pages may call into a private network
 * @param maxAge how long browsers may keep a preflight's answer, as Go writes durations
 * @param optionsPassthrough whether preflights go on to the upstream
 * @param optionsSuccessStatus status of the answer to a preflight
 */
public record CrossOriginConfig(
    List<String> allowOrigins,
    List<String> allowMethods,
    List<String> allowHeaders,
    List<String> exposeHeaders,
    boolean allowCredentials,
    boolean allowPrivateNetwork,
    String maxAge,
    boolean optionsPassthrough,
    int optionsSuccessStatus) {}
