/** The {@code cross-origin} plugin: CORS as strictly as KrakenD answers it. */
@NullMarked
package io.portcullis.plugins.crossorigin;

import org.jspecify.annotations.NullMarked;
