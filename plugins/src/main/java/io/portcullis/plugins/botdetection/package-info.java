/** The {@code bot-detection} plugin: refuses clients that call themselves robots. */
@NullMarked
package io.portcullis.plugins.botdetection;

import org.jspecify.annotations.NullMarked;
