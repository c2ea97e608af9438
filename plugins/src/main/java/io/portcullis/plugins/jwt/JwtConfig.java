package io.portcullis.plugins.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code jwt}.
 *
 * @param uriParamNames query arguments that may hold a token
 * @param cookieNames cookies that may hold a token
 * @param keyClaimName claim, or header parameter of the token, that names the credential
 * @param secretIsBase64 whether secrets of HMAC credentials are base64url text
 * @param claimsToVerify {@code exp}, {@code nbf} or both; null for none
 * @param anonymous id or username of the consumer that a caller without a valid token becomes
 * @param runOnPreflight whether OPTIONS requests need a token
 * @param maximumExpiration greatest lifetime left, seconds; 0 for any
 * @param headerNames headers that may hold {@code Bearer} and a token
 * @param realm shown in {@code WWW-Authenticate}
 */
public record JwtConfig(
    @Nullable List<String> uriParamNames,
    @Nullable List<String> cookieNames,
    @Nullable String keyClaimName,
    boolean secretIsBase64,
    @Nullable List<String> claimsToVerify,
    @Nullable String anonymous,
    boolean runOnPreflight,
    @Nullable Double maximumExpiration,
    @Nullable List<String> headerNames,
    @Nullable String realm) {}
