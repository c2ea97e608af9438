/** The {@code stats} plugin: counts what KrakenD's metrics count, shows it and pushes it. */
@NullMarked
package io.portcullis.plugins.stats;

import org.jspecify.annotations.NullMarked;
