package io.portcullis.plugins.securityheaders;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code security-headers}: that of KrakenD's HTTP security in its own words.
 *
 * @param allowedHosts hosts that may be asked for, with their port; none for any
 * @param allowedHostsAreRegex whether they are regexes that have to fit as a whole
 * @param hostProxyHeaders headers that may hold the host in the place of {@code Host}
 * @param sslRedirect whether requests without TLS are sent to HTTPS
 * @param sslHost where they are sent; null for the host that they ask for
 * @param sslProxyHeaders headers and values that mean that a proxy took the request over TLS
 * @param stsSeconds how long browsers shall ask over HTTPS alone; 0 says nothing
 * @param stsIncludeSubdomains whether subdomains as well
 * @param forceStsHeader whether it is said without TLS, too
 * @param frameDeny whether pages may be shown in no frame
 * @param customFrameOptionsValue the value of {@code X-Frame-Options} instead
 * @param contentTypeNosniff whether browsers shall believe content types
 * @param browserXssFilter whether old browsers shall look for cross-site scripting
 * @param contentSecurityPolicy value of that header
 * @param referrerPolicy value of that header
 * @param isDevelopment whether hosts, redirect and HTTPS alone are left out
 * @param exceptPath path that all of this is not for, that of a health page; null for none
 */
public record SecurityHeadersConfig(
    List<String> allowedHosts,
    boolean allowedHostsAreRegex,
    List<String> hostProxyHeaders,
    boolean sslRedirect,
    @Nullable String sslHost,
    Map<String, String> sslProxyHeaders,
    long stsSeconds,
    boolean stsIncludeSubdomains,
    boolean forceStsHeader,
    boolean frameDeny,
    @Nullable String customFrameOptionsValue,
    boolean contentTypeNosniff,
    boolean browserXssFilter,
    @Nullable String contentSecurityPolicy,
    @Nullable String referrerPolicy,
    boolean isDevelopment,
    @Nullable String exceptPath) {}
