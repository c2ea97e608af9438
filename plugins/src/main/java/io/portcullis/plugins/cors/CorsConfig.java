package io.portcullis.plugins.cors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code cors}.
 *
 * @param origins origins that may read answers: texts, regexes or {@code *}; none means any
 * @param headers request headers that a preflight allows; none allows those it asks for
 * @param exposedHeaders answer headers that a page may read
 * @param methods that a preflight allows
 * @param maxAge seconds that a browser may keep a preflight's answer
 * @param credentials whether answers to requests with cookies or the like may be read
 * @param privateNetwork whether public pages may call this gateway in a private network
 * @param preflightContinue whether preflights go to the upstream, which then answers alone
 */
public record CorsConfig(
    @Nullable List<String> origins,
    @Nullable List<String> headers,
    @Nullable List<String> exposedHeaders,
    @Nullable List<String> methods,
    @Nullable Double maxAge,
    boolean credentials,
    boolean privateNetwork,
    boolean preflightContinue) {}
