/** The runnable gateway: wiring of all modules through constructors. */
@NullMarked
package io.portcullis.app;

import org.jspecify.annotations.NullMarked;
