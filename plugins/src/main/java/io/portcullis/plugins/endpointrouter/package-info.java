/**
 * The {@code endpoint-router} plugin: what KrakenD's router answers when a request is for none of
 * the endpoints.
 */
@NullMarked
package io.portcullis.plugins.endpointrouter;

import org.jspecify.annotations.NullMarked;
