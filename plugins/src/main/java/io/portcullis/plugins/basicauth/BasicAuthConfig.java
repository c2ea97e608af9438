package io.portcullis.plugins.basicauth;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code basic-auth}.
 *
 * @param anonymous id or username of the consumer that a caller without valid credentials becomes
 * @param hideCredentials whether the upstream does not get them
 * @param realm shown in {@code WWW-Authenticate}
 */
public record BasicAuthConfig(@Nullable String anonymous, boolean hideCredentials, String realm) {}
