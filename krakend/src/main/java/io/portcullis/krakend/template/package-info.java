/** Flexible configuration: the part of Go's template language that configuration files use. */
@NullMarked
package io.portcullis.krakend.template;

import org.jspecify.annotations.NullMarked;
