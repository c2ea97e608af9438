/** The gateway as a process: all modules wired through constructors, started and stopped. */
@NullMarked
package io.portcullis.app.node;

import org.jspecify.annotations.NullMarked;
