/** The {@code request-termination} plugin: answers in the upstream's place. */
@NullMarked
package io.portcullis.plugins.requesttermination;

import org.jspecify.annotations.NullMarked;
