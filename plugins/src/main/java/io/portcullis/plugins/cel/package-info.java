/** Custom log fields in the Common Expression Language, for all log plugins. */
@NullMarked
package io.portcullis.plugins.cel;

import org.jspecify.annotations.NullMarked;
