package io.portcullis.plugins.keyauth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code key-auth}.
 *
 * @param keyNames headers, query arguments and body members that may hold a key
 * @param hideCredentials whether the upstream does not get the key
 * @param anonymous id or username of the consumer that a caller without a valid key becomes
 * @param keyInHeader whether headers are looked at
 * @param keyInQuery whether query arguments are
 * @param keyInBody whether forms and JSON bodies are
 * @param runOnPreflight whether OPTIONS requests need a key
 * @param realm shown in {@code WWW-Authenticate}
 */
public record KeyAuthConfig(
    List<String> keyNames,
    boolean hideCredentials,
    @Nullable String anonymous,
    boolean keyInHeader,
    boolean keyInQuery,
    boolean keyInBody,
    boolean runOnPreflight,
    @Nullable String realm) {}
