/**
 * The {@code token-bucket} plugin: how often an endpoint may be called, by all and by each client.
 */
@NullMarked
package io.portcullis.plugins.tokenbucket;

import org.jspecify.annotations.NullMarked;
