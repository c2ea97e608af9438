/**
 * What the plugins for endpoints share: path parameters, token buckets, durations as Go writes
 * them.
 */
@NullMarked
package io.portcullis.plugins.endpoint;

import org.jspecify.annotations.NullMarked;
