package io.portcullis.plugins.redirect;

/**
 * Configuration of {@code redirect}.
 *
 * @param statusCode HTTP status of the answer
 * @param location where clients are sent
 * @param keepIncomingPath whether path and query are the request's instead of the location's
 */
public record RedirectConfig(int statusCode, String location, boolean keepIncomingPath) {}
