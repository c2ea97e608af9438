/** The command line's entry. */
@NullMarked
package io.portcullis.app;

import org.jspecify.annotations.NullMarked;
