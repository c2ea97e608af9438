/** The plugin SPI: all that a plugin author compiles against. */
@NullMarked
package io.portcullis.core.plugin;

import org.jspecify.annotations.NullMarked;
