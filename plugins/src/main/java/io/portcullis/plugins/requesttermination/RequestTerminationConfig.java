package io.portcullis.plugins.requesttermination;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code request-termination}.
 *
 * @param statusCode HTTP status of the answer
 * @param message text inside a JSON object; excludes {@code body} and {@code contentType}
 * @param contentType of {@code body}
 * @param body sent as it stands
 * @param echo whether the answer shows the request
 * @param trigger name of a header or query argument without which the request passes
 */
public record RequestTerminationConfig(
    int statusCode,
    @Nullable String message,
    @Nullable String contentType,
    @Nullable String body,
    boolean echo,
    @Nullable String trigger) {}
