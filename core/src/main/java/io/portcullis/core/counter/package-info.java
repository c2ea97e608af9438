/** Counters of fixed time windows in this node's memory. */
@NullMarked
package io.portcullis.core.counter;

import org.jspecify.annotations.NullMarked;
