/**
 * The Common Expression Language: custom log fields for all log plugins, and the {@code cel}
 * plugin.
 */
@NullMarked
package io.portcullis.plugins.cel;

import org.jspecify.annotations.NullMarked;
