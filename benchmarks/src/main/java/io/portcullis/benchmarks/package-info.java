/** JMH benchmarks of the types that every request passes. */
@NullMarked
package io.portcullis.benchmarks;

import org.jspecify.annotations.NullMarked;
