/** The {@code prometheus} plugin: counts requests for the {@code /metrics} page. */
@NullMarked
package io.portcullis.plugins.prometheus;

import org.jspecify.annotations.NullMarked;
