/**
 * Immutable collections whose new versions share structure with the old ones: what lets a table of
 * 100,000 routes change one route without being copied.
 */
@NullMarked
package io.portcullis.proxy.persistent;

import org.jspecify.annotations.NullMarked;
