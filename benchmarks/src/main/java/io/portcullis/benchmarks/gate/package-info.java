/** Holds a build to the figures that were measured before: speed, allocation, HTTP/2. */
@NullMarked
package io.portcullis.benchmarks.gate;

import org.jspecify.annotations.NullMarked;
