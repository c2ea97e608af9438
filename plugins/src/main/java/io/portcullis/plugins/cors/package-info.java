/** The {@code cors} plugin: lets pages of other origins read answers. */
@NullMarked
package io.portcullis.plugins.cors;

import org.jspecify.annotations.NullMarked;
