/** The {@code response-transformer} plugin: changes headers and JSON bodies of answers. */
@NullMarked
package io.portcullis.plugins.responsetransformer;

import org.jspecify.annotations.NullMarked;
