package io.portcullis.plugins.hmacauth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code hmac-auth}.
 *
 * @param hideCredentials whether the upstream does not get the signature
 * @param clockSkew seconds that a request's date may be off; null for the default
 * @param anonymous id or username of the consumer that a caller without a valid signature becomes
 * @param validateRequestBody whether the body must have the digest that the request tells
 * @param enforceHeaders what a signature must cover
 * @param algorithms those that signatures may be made with; null for all
 * @param realm shown in {@code WWW-Authenticate}
 */
public record HmacAuthConfig(
    boolean hideCredentials,
    @Nullable Double clockSkew,
    @Nullable String anonymous,
    boolean validateRequestBody,
    @Nullable List<String> enforceHeaders,
    @Nullable List<String> algorithms,
    @Nullable String realm) {}
