/**
 * The {@code rate-limiting} plugin: so many requests per second, minute, hour, day, month, year.
 */
@NullMarked
package io.portcullis.plugins.ratelimiting;

import org.jspecify.annotations.NullMarked;
