/**
 * A client that sends exactly the bytes it is told to, which HTTP libraries do not let a test do.
 */
@NullMarked
package io.portcullis.e2e.wire;

import org.jspecify.annotations.NullMarked;
